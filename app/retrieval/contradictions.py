"""Live documents that say the same thing with another amount, percentage or deadline.

Whoever answers must know of it: a reply that follows one paper is wrong by the other. Numbers alone decide. Whether one
sentence permits what another forbids is not seen: in the default model's vectors such sentences are strangers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from app.retrieval.passages import Passage
from app.retrieval.validity import countries_named, main_countries
from guardrails.quantities import Quantity, find_quantities, unmatched
from ingest.chunk_vectors import ChunkVectors, wholes
from ingest.documents import Unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Sum of three cosines: of the two sentences, of the chunks they stand in, and of titles and headings. At 1.8 the
# golden questions meet the sample's two outlet papers and nothing else, at 1.5 papers on different subjects as well.
_SAME_THING = 1.8
_LEAST_ALIKE = 0.45  # cosine of the two sentences, whatever the papers they stand in
_KINDS = ("amount", "percent", "duration")
_CALENDAR = frozenset({"month", "quarter", "year"})


@dataclass(frozen=True, eq=False)
class Contradiction:
    """Two places that cannot both hold; ``says`` is in which words of each they differ."""

    first: Passage
    first_unit: Unit
    second: Passage
    second_unit: Unit
    says: tuple[str, str]

    @property
    def what(self) -> str:
        """The words in which they differ: ``12 months / 6 mois``."""
        return " / ".join(self.says)


def find_contradictions(passages: Sequence[Passage], others: Sequence[Passage] = ()) -> list[Contradiction]:
    """What contradicts ``passages``, among them or among ``others``; each pair of passages once, the best first.

    :param passages: what is shown or answered from.
    :param others: what was found beside them, such as the further hits of a search.
    """
    import numpy as np

    given = [passage for passage in (*passages, *others) if passage.vectors is not None]
    alike = _papers_alike([passage.vectors for passage in given if passage.vectors])
    shown = sum(passage.vectors is not None for passage in passages)
    # The sentences' cosine is 1 at most.
    pairs = np.argwhere(np.triu(alike >= _SAME_THING - 1, k=1)[:shown]).tolist()
    return [found for i, j in pairs if (found := _between(given[i], given[j], float(alike[i, j])))]


def _between(first: Passage, second: Passage, alike: float) -> Contradiction | None:
    if first.vectors is None or second.vectors is None or not _hold_together(first, second):
        return None
    cosines = first.vectors.units @ second.vectors.units.T
    wanted = max(_LEAST_ALIKE, _SAME_THING - alike)
    near = [(float(cosines[i, j]), i, j) for i, j in zip(*(cosines >= wanted).nonzero(), strict=True)]
    for cosine, i, j in sorted(near, reverse=True):
        # Of a table, the row that is nearest: every other row has other numbers.
        if cosine < max(cosines[i].max(), cosines[:, j].max()):
            continue
        mine, theirs = first.chunk.units[i], second.chunk.units[j]
        if _for_one_country((first, mine), (second, theirs)):
            says = _difference(mine.text, first.language, theirs.text, second.language)
            if says:
                return Contradiction(first, mine, second, theirs, says)
    return None


def _papers_alike(vectors: Sequence[ChunkVectors]) -> NDArray[np.float32]:
    """Cosines of chunks and of their contexts, added; shape (chunks, chunks)."""
    import numpy as np

    if not vectors:
        return np.zeros((0, 0), dtype=np.float32)
    whole = wholes(vectors)
    context = np.stack([each.context for each in vectors])
    context = context / np.maximum(np.linalg.norm(context, axis=1, keepdims=True), 1e-9)
    result: NDArray[np.float32] = whole @ whole.T + context @ context.T
    return result


def _hold_together(first: Passage, second: Passage) -> bool:
    """Whether both are rules at once for one reader: versions of a document follow each other, tickets are no rules."""
    mine, theirs = first.chunk.version, second.chunk.version
    return (
        mine.document_id != theirs.document_id
        and mine.audience == theirs.audience
        and mine.customer_id == theirs.customer_id
        and "ticket" not in (mine.kind, theirs.kind)
    )


def _for_one_country(*places: tuple[Passage, Unit]) -> bool:
    """Whether two units hold for a country in common: the one a sentence names, or those its document is about."""
    first, second = (
        countries_named(unit.text, passage.language) or main_countries(passage.chunk.version)
        for passage, unit in places
    )
    return bool(first & second) if first and second else first == second


def _difference(mine: str, language: str, theirs: str, other_language: str) -> tuple[str, str] | None:
    """The quantities in which two texts differ, in the words of each; None where they agree."""
    first, second = _quantities(mine, language), _quantities(theirs, other_language)
    for kind in _KINDS:
        for ours, others in _comparable(first, second, kind):
            if len(unmatched(ours, others)) == len(ours) and not _overlap(ours, others):
                return _said(mine, ours), _said(theirs, others)
    return None


def _comparable(
    first: Sequence[Quantity], second: Sequence[Quantity], kind: str
) -> Iterator[tuple[list[Quantity], list[Quantity]]]:
    """Quantities of one kind and measure: 30 days and two months are both deadlines, but no one's arithmetic."""
    measures = dict.fromkeys(_measure(quantity) for quantity in first if quantity.kind == kind)
    for measure in measures:
        ours = [quantity for quantity in first if quantity.kind == kind and _measure(quantity) == measure]
        others = [quantity for quantity in second if quantity.kind == kind and _measure(quantity) == measure]
        if others:
            yield ours, others


def _measure(quantity: Quantity) -> str:
    if quantity.kind == "duration":
        return "calendar" if quantity.unit in _CALENDAR else "clock"
    return quantity.unit or ""


def _overlap(first: Sequence[Quantity], second: Sequence[Quantity]) -> bool:
    """Whether a value of one lies between the values of the other: 50 % is no contradiction to 40 to 55 %."""
    if len({quantity.unit for quantity in (*first, *second)}) > 1:
        return False
    mine, theirs = (sorted(q.value for q in side if isinstance(q.value, Decimal)) for side in (first, second))
    return bool(mine and theirs) and mine[0] <= theirs[-1] and theirs[0] <= mine[-1]


def _said(text: str, quantities: Sequence[Quantity]) -> str:
    return ", ".join(dict.fromkeys(text[quantity.start : quantity.end].strip() for quantity in quantities))


@lru_cache(maxsize=1024)
def _quantities(text: str, language: str) -> tuple[Quantity, ...]:
    return tuple(find_quantities(text, language))
