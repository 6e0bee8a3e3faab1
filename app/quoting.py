"""Answer by quoting: the best sentences or table rows as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from app.answers import Citation
from app.retrieval.passages import Passage
from ingest.documents import Unit

_MOST_QUOTES = 3
_NEAR_THE_BEST = 0.2  # score points: what is further behind the best passage is another subject


def best_quotes(passages: Sequence[Passage]) -> list[tuple[Passage, Unit]]:
    """One to three units, best first, each the best of its document.

    From different documents, because the second sentence of the right document says
    little beside the first, while papers of two countries often stand equally near
    and an agent sees at a glance which is meant.
    """
    quotes: list[tuple[Passage, Unit]] = []
    for passage in passages:
        if quotes and passage.score.total < passages[0].score.total - _NEAR_THE_BEST:
            break
        if all(passage.chunk.version.document_id != other.chunk.version.document_id for other, _ in quotes):
            best = max(range(len(passage.unit_scores)), key=passage.unit_scores.__getitem__)
            quotes.append((passage, passage.chunk.units[best]))
        if len(quotes) == _MOST_QUOTES:
            break
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
