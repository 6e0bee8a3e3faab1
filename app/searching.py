"""Search at the command line, without an answer: the hits, and why they were found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import typer

from app.conversations.sessions import open_sessions
from app.errors import AppUserError
from app.retrieval.contradictions import Contradiction, find_contradictions
from app.retrieval.cross_encoder import open_reranker
from app.retrieval.explaining import explain
from app.retrieval.passages import Passage
from app.retrieval.search import Found, PassageSearch
from app.search_table import print_found
from app.settings import load_settings
from ingest.documents import KINDS
from ingest.knowledge import open_knowledge
from ingest.languages.identify import identify_question
from ingest.ledger.reading import Scope

_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class SearchRequest:
    """All that one search asks for."""

    question: str
    k: int = 8
    language: str | None = None  # found from the question when None
    as_of: date | None = None  # today when None
    audience: str = "agent"
    customer_id: str | None = None
    kinds: frozenset[str] | None = None  # all when None

    @property
    def scope(self) -> Scope:
        return Scope(self.as_of or date.today(), self.audience, self.customer_id, kinds=self.kinds)


def search_and_print(request: SearchRequest, explained: bool, as_json: bool) -> None:
    """Print the hits as a table, or as one JSON object.

    :param explained: with the parts of each score, and what was left out because it says nothing new.
    :raises AppUserError: the question is empty, a kind is unknown, or nothing was ingested yet.
    """
    from rich.console import Console

    if not request.question.strip():
        raise AppUserError("the question is empty: write a few words")
    if unknown := sorted((request.kinds or frozenset()) - set(KINDS)):
        raise AppUserError(f"{unknown[0]}: no such kind of document; there are {', '.join(KINDS)}")
    language = request.language or identify_question(request.question, _FALLBACK_LANGUAGE).language
    console = Console(stderr=True)
    settings = load_settings()
    if request.customer_id:  # somebody looks into a person's tickets; any other search shows what everybody may read
        with open_sessions(settings) as sessions:
            customer, words = sessions.pseudonym(request.customer_id), sessions.digest(request.question)
            sessions.record("search.made", "search:documents", {"customer": customer, "words": words})
    # rich shows a status on a terminal alone
    with console.status("Searching"), open_knowledge(settings) as knowledge:
        search = PassageSearch(knowledge, open_reranker(settings))
        search.require_documents()
        found = search.find(request.question, language, request.scope, request.k)
        contradictions = find_contradictions(found.passages, found.others)
    if as_json:
        typer.echo(
            json.dumps(as_object(request.question, language, found, contradictions, explained), ensure_ascii=False)
        )
    else:
        print_found(found.passages, contradictions, explained)


def as_object(
    question: str, language: str, found: Found, contradictions: list[Contradiction], explained: bool
) -> dict[str, Any]:
    """What ``--json`` prints."""
    hits = []
    for rank, passage in enumerate(found.passages, 1):
        hit = {"rank": rank, **_place(passage, passage.best_unit), "score": round(passage.score.total, 4)}
        if explained:
            hit["parts"] = [
                {
                    "part": part.code,
                    "said": part.said,
                    "value": round(part.value, 4),
                    "weight": round(part.weight, 4),
                    "product": round(part.product, 4),
                }
                for part in explain(passage)
            ]
            hit["similar"] = [_place(other, other.best_unit) for other in passage.similar]
        hits.append(hit)
    return {
        "question": question,
        "language": language,
        "hits": hits,
        "contradictions": [
            {
                "what": each.what,
                "first": _place(each.first, each.first.chunk.units.index(each.first_unit)),
                "second": _place(each.second, each.second.chunk.units.index(each.second_unit)),
            }
            for each in contradictions
        ],
    }


def _place(passage: Passage, unit: int) -> dict[str, Any]:
    chunk = passage.chunk
    return {
        "document": chunk.version.document_id,
        "title": chunk.version.title,
        "version": chunk.version.number,
        "kind": chunk.version.kind,
        "history": passage.is_history,
        "heading": list(chunk.heading),
        "page": chunk.page,
        "language": chunk.language,
        "unit": chunk.units[unit].text,
        "start": chunk.units[unit].start,
        "end": chunk.units[unit].end,
    }
