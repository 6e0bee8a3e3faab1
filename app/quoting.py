"""Answer by quoting: the best sentences or table rows as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from app.answers import Citation
from app.retrieval.explaining import explain
from app.retrieval.passages import Passage
from ingest.documents import Unit

MOST_QUOTES = 3
_MOST_OF_ONE_DOCUMENT = 2
_PASSAGES = 8
_UNIT_WEIGHT = 0.35  # beside its passage's score: a sentence out of its context is near too many questions
_NEAR_THE_BEST = 0.2  # score points: what is further behind is another subject


def best_quotes(passages: Sequence[Passage], most: int = MOST_QUOTES) -> list[tuple[Passage, Unit]]:
    """The one to ``most`` nearest sentences or rows, at most two of one document.

    So another document has its say where it stands nearly as near: papers of two countries
    often do, and an agent sees at a glance which is meant.
    """
    ranked = sorted(
        (
            (passage.score.total + _UNIT_WEIGHT * score.total, passage, unit)
            for passage in passages[:_PASSAGES]
            for unit, score in zip(passage.chunk.units, passage.unit_scores, strict=True)
        ),
        key=lambda entry: -entry[0],
    )
    quotes: list[tuple[Passage, Unit]] = []
    for score, passage, unit in ranked:
        if len(quotes) == most or score < ranked[0][0] - _NEAR_THE_BEST:
            break
        documents = [quoted.chunk.version.document_id for quoted, _ in quotes]
        of_document = documents.count(passage.chunk.version.document_id)
        if of_document < _MOST_OF_ONE_DOCUMENT and all(unit.text != quoted.text for _, quoted in quotes):
            quotes.append((passage, unit))
    return quotes


def citation(number: int, passage: Passage, unit: Unit) -> Citation:
    """The citation of one unit of a passage."""
    chunk = passage.chunk
    return Citation(
        n=number,
        document=chunk.version.document_id,
        title=chunk.version.title,
        version=chunk.version.number,
        page=chunk.page,
        language=chunk.language,
        quote=unit.text,
        start=unit.start,
        end=unit.end,
        uri=chunk.version.uri,
        heading=chunk.heading,
        passage=chunk.text,
        passage_start=chunk.start,
        audience=chunk.version.audience,
        history=passage.is_history,
        parts=tuple(explain(passage)),
    )
