"""Answer by quoting: the best sentences or table rows as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from app.answers import Citation
from app.retrieval.passages import Passage
from ingest.documents import Unit

_MOST_QUOTES = 3
_MOST_OF_ONE_DOCUMENT = 2
_PASSAGES = 8
_UNIT_WEIGHT = 0.5  # beside its passage's score: a sentence out of its context is near too many questions
_NEAR_THE_BEST = 0.2  # score points: what is further behind is another subject


def best_quotes(passages: Sequence[Passage]) -> list[tuple[Passage, Unit]]:
    """One to three sentences or rows: the nearest, the nearest of another document, and the next.

    Another document has its say where it stands as near: papers of two countries often
    do, and an agent sees at a glance which is meant.
    """
    ranked = sorted(
        (
            (passage.score.total + _UNIT_WEIGHT * score.total, passage, unit)
            for passage in passages[:_PASSAGES]
            for unit, score in zip(passage.chunk.units, passage.unit_scores, strict=True)
        ),
        key=lambda entry: -entry[0],
    )
    near = [(passage, unit) for score, passage, unit in ranked if score >= ranked[0][0] - _NEAR_THE_BEST]
    others = [quote for quote in near if _document(quote) != _document(near[0])]
    quotes: list[tuple[Passage, Unit]] = []
    for passage, unit in [*near[:1], *others[:1], *near[1:]]:
        of_document = sum(_document(quote) == _document((passage, unit)) for quote in quotes)
        if of_document < _MOST_OF_ONE_DOCUMENT and all(unit.text != other.text for _, other in quotes):
            quotes.append((passage, unit))
    return quotes[:_MOST_QUOTES]


def _document(quote: tuple[Passage, Unit]) -> str:
    return quote[0].chunk.version.document_id


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
        history=passage.is_history,
    )
