"""Nothing of a document reaches an asker who may not read it: the whole sample, asked for by everyone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import select
from threadpoolctl import threadpool_limits

from app.answers import Retrieved, SentenceReady
from app.assistant import build_assistant
from app.quoting import citation
from app.retrieval.contradictions import find_contradictions
from app.retrieval.explaining import explain
from app.retrieval.passages import Passage
from app.retrieval.search import PassageSearch
from app.searching import as_object
from app.settings import Settings
from ingest.embedding.base import Encoded, TextKind
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge
from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.tables import ChunkRow, VersionRow
from tests.app.conftest import events_of

TODAY = date(2026, 11, 21)
READABLE = {"all": {"all"}, "agent": {"all", "agent"}, "manager": {"all", "agent", "manager"}}
NOBODY = "C-99999"  # a customer without tickets
K = 6
TELLING = 30  # characters; shorter sentences stand in more than one document


@dataclass(frozen=True)
class Document:
    """A version as the ledger's tables have it, read without the conditions under test."""

    key: str
    title: str
    language: str
    audience: str
    customer_id: str | None
    in_effect: bool
    sentence: str  # the shortest of those that are long enough to tell

    @property
    def question(self) -> str:
        return f"{self.title} {self.sentence}"

    def may_be_read_by(self, scope: Scope) -> bool:
        return (
            self.in_effect
            and self.audience in READABLE[scope.audience]
            and self.customer_id in (None, scope.customer_id)
        )


class Remembering(CentredEmbedder):
    """The model, having seen all the questions at once: one by one they would take minutes."""

    def __init__(self, model: CentredEmbedder, questions: Sequence[Document]) -> None:
        super().__init__(model.embedder, model.means, "")
        self.fingerprint = model.fingerprint
        asked = [(document.question, document.language) for document in questions]
        encoded = model.encode([text for text, _ in asked], [language for _, language in asked], "query")
        self._known = {
            key: Encoded(encoded.vectors[at : at + 1], encoded.states[at : at + 1], encoded.ends[at : at + 1])
            for at, key in enumerate(asked)
        }

    def encode(
        self, texts: Sequence[str], languages: Sequence[str], kind: TextKind, progress: object = None
    ) -> Encoded:
        return self._known[texts[0], languages[0]]


def _fitness(sentence: str) -> tuple[bool, int]:
    return len(sentence) < TELLING, abs(len(sentence) - TELLING)


@pytest.fixture(scope="module")
def documents(sample: Knowledge) -> list[Document]:
    statement = select(VersionRow, ChunkRow.units).join(ChunkRow, ChunkRow.version_id == VersionRow.id)
    statement = statement.order_by(VersionRow.key, ChunkRow.ordinal)  # so that all ask for the same in every run
    found: dict[int, Document] = {}
    with sample.engine.connect() as connection:
        for row in connection.execute(statement):
            sentence = min((text for _, _, text in row.units), key=_fitness)
            known = found.get(row.id)
            if known is None or _fitness(sentence) < _fitness(known.sentence):
                begun = row.starts_on is None or row.starts_on <= TODAY
                over = any(day is not None and day <= TODAY for day in (row.ends_on, row.effective_to))
                found[row.id] = Document(
                    row.key, row.title, row.language, row.audience, row.customer_id, begun and not over, sentence
                )
    return list(found.values())


@pytest.fixture(scope="module")
def search(sample: Knowledge, documents: list[Document]) -> Iterator[PassageSearch]:
    remembering = Remembering(sample.embedder, documents)
    with threadpool_limits(1, "blas"):  # in products as small as these, threads only wait for each other
        yield PassageSearch(replace(sample, embedder=remembering))


def askers(documents: Sequence[Document]) -> Iterator[tuple[Document, Scope]]:
    """Every paper with every audience, every ticket with one in turn of those who must not see it."""
    others = cycle(
        [
            Scope(TODAY, "agent"),
            Scope(TODAY, "manager"),
            Scope(TODAY, "agent", NOBODY),
            Scope(TODAY, "all", "C-10028"),
            Scope(TODAY, "manager", "C-10032"),
            Scope(TODAY, "agent", kinds=frozenset({"ticket", "policy"})),
        ]
    )
    for document in documents:
        if document.customer_id is None:
            yield from ((document, Scope(TODAY, audience)) for audience in READABLE)
        else:
            yield document, next(others)


def everything_in(passages: Sequence[Passage]) -> Iterator[Passage]:
    """The passages, and those that stand behind them."""
    for passage in passages:
        yield passage
        yield from passage.similar


def test_every_document_asked_for_by_everyone(search: PassageSearch, documents: list[Document]) -> None:
    by_key = {document.key: document for document in documents}
    refused = asked_by_readers = found_by_readers = 0
    for document, scope in askers(documents):
        found = search.find(document.question, document.language, scope, K)
        contradictions = find_contradictions(found.passages, found.others)
        seen = [*everything_in((*found.passages, *found.others))]
        seen += [passage for each in contradictions for passage in (each.first, each.second)]
        keys = {passage.chunk.version.key for passage in seen}
        assert [by_key[key] for key in keys if not by_key[key].may_be_read_by(scope)] == []
        if document.may_be_read_by(scope):
            asked_by_readers += 1
            found_by_readers += document.key in keys
            continue
        refused += 1
        # What is left out is made up for: a short list would tell that there is more.
        assert len(found.passages) == K
        shown = json.dumps(as_object("", "", found, contradictions, explained=True), ensure_ascii=False)
        shown += "".join(part.said for passage in found.passages for part in explain(passage))
        shown += "".join(
            citation(1, passage, unit).model_dump_json() for passage in found.passages for unit in passage.chunk.units
        )
        if len(document.sentence) >= TELLING and not any(document.sentence in passage.text for passage in seen):
            assert document.sentence not in shown
    assert refused > 250
    # The questions do find what they are made of.
    assert found_by_readers >= 0.999 * asked_by_readers


def test_who_may_not_read_a_ticket_finds_what_is_found_without_it(
    search: PassageSearch, documents: list[Document]
) -> None:
    for document in [each for each in documents if each.customer_id][::20]:
        hidden = search.search(document.question, document.language, Scope(TODAY, customer_id=NOBODY), K)
        nobody = search.search(document.question, document.language, Scope(TODAY), K)
        assert [p.chunk.record_id for p in hidden] == [p.chunk.record_id for p in nobody]
        assert [p.score for p in hidden] == [p.score for p in nobody]


def test_a_ticket_asked_for_without_its_customer_is_not_there_and_no_error(
    search: PassageSearch, documents: list[Document]
) -> None:
    ticket = next(each for each in documents if each.customer_id)
    only_tickets = frozenset({"ticket"})
    for scope in (Scope(TODAY, kinds=only_tickets), Scope(TODAY, customer_id=NOBODY, kinds=only_tickets)):
        assert search.search(ticket.question, ticket.language, scope, K) == []
    own = Scope(TODAY, customer_id=ticket.customer_id, kinds=only_tickets)
    assert ticket.key in {p.chunk.version.key for p in search.search(ticket.question, ticket.language, own, K)}


def test_counts_are_those_of_what_the_asker_may_read(sample: Knowledge, documents: list[Document]) -> None:
    reader = LedgerReader(sample.engine)
    for audience in READABLE:
        for customer in (None, NOBODY, "C-10028"):
            scope = Scope(TODAY, audience, customer)
            readable = {document.key for document in documents if document.may_be_read_by(scope)}
            live = {version.key for version in reader.live_versions(scope)}
            assert live <= readable
            assert len(live) > 40


def test_no_event_of_an_answer_tells_of_what_the_asker_may_not_read(
    sample: Knowledge, sample_home: Path, documents: list[Document]
) -> None:
    public = Scope(TODAY, "all", NOBODY)
    titles = {may: {each.title for each in documents if each.may_be_read_by(public) is may} for may in (True, False)}
    papers = [each for each in documents if each.audience != "all" and each.customer_id is None]
    tickets = [each for each in documents if each.customer_id][::60]
    assistant = build_assistant(sample, Settings(home=sample_home, model="quoting"))
    told: set[str] = set()
    for document in (*papers, *tickets):
        asked = {"audience": public.audience, "customer_id": NOBODY, "language": document.language}
        for event in events_of(assistant, document.sentence, **asked):
            if isinstance(event, Retrieved):
                told.update(event.documents)
            elif isinstance(event, SentenceReady):
                told.update(citation.title for citation in event.citations)
    assert told & titles[True]
    assert not told & (titles[False] - titles[True])
