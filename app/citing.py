"""Places in passages under numbers: what a reader opens, each place once."""

from __future__ import annotations

from collections.abc import Iterable

from app.answers import Citation, Contradiction
from app.quoting import citation
from app.retrieval import contradictions as retrieval
from app.retrieval.passages import Passage
from ingest.documents import Unit


def cite(citations: list[Citation], passage: Passage, unit: Unit) -> Citation:
    """The citation of a place; it is added to ``citations`` under the next number where it is not among them."""
    new = citation(len(citations) + 1, passage, unit)
    for known in citations:
        if (known.document, known.version, known.start) == (new.document, new.version, new.start):
            return known
    citations.append(new)
    return new


def cite_contradictions(
    citations: Iterable[Citation], found: Iterable[retrieval.Contradiction]
) -> tuple[Contradiction, ...]:
    """Both sides of each contradiction as citations, numbered on from ``citations``."""
    known = list(citations)
    return tuple(
        Contradiction(
            says=each.says,
            first=cite(known, each.first, each.first_unit),
            second=cite(known, each.second, each.second_unit),
        )
        for each in found
    )
