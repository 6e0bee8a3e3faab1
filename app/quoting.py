"""Answer by quoting: the best sentences or table rows as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from app.answers import Citation
from app.retrieval.passages import Passage
from ingest.documents import Unit

_MOST_QUOTES = 3
_PASSAGES = 3
_NEAR_THE_BEST = 0.86  # a second quote is worth reading when it is nearly as near as the first
_UNIT_WEIGHT = 0.7  # beside the passage's own score: the best sentence of a poor passage is rarely the answer


def best_quotes(passages: Sequence[Passage]) -> list[tuple[Passage, Unit]]:
    """One to three units of the best passages, nearest to the question first; none of them twice."""
    ranked = sorted(
        (
            (_UNIT_WEIGHT * score + (1 - _UNIT_WEIGHT) * passage.score, passage, unit)
            for passage in passages[:_PASSAGES]
            for unit, score in zip(passage.chunk.units, passage.unit_scores, strict=True)
        ),
        key=lambda entry: -entry[0],
    )
    quotes: list[tuple[Passage, Unit]] = []
    for score, passage, unit in ranked:
        if quotes and (score < _NEAR_THE_BEST * ranked[0][0] or len(quotes) == _MOST_QUOTES):
            break
        if all(unit.text != other.text for _, other in quotes):
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
    )
