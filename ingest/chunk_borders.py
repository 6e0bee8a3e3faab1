"""Where a long run of blocks is cut: at borders that their own words choose.

Filling chunks from the top would move every later border when one sentence is put in. Here each border
has a rank from what stands right behind it, and a run above the budget is cut at its highest border, then
each side again (a Cartesian tree over the borders, as in content-defined chunking). An edit changes one
border's rank and the size of the pieces around it, so chunks away from it keep their borders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate

SMALLEST_SHARE = 0.25  # of the budget on each side of a cut, where the run allows it
_OPENING = 24  # characters; most edits are further in and leave the border's rank alone


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never cut, with the border in front of it."""

    tokens: int
    strength: int  # of the border: 2 between paragraphs, 1 between items or rows, 0 between sentences
    words: str  # what stands right behind the border

    @property
    def rank(self) -> tuple[int, bytes, bytes]:
        """By strength, then by the opening words; those that open alike by all their words."""
        return self.strength, _digest(self.words[:_OPENING]), _digest(self.words)


def ranges(atoms: Sequence[Atom], budget: int, extra: Callable[[int, int], int]) -> Iterator[tuple[int, int]]:
    """Half-open ranges over ``atoms`` in order, each within ``budget`` tokens unless it is one atom.

    :param extra: tokens that the range ``first, last`` needs besides its atoms: a table's header.
    """
    totals = [0, *accumulate(atom.tokens for atom in atoms)]
    ranks = [atom.rank for atom in atoms]
    waiting = [(0, len(atoms))]
    while waiting:
        first, last = waiting.pop()
        if last - first <= 1 or totals[last] - totals[first] + extra(first, last) <= budget:
            if last > first:
                yield first, last
            continue
        cut = _cut(totals, ranks, first, last, int(budget * SMALLEST_SHARE))
        waiting += [(cut, last), (first, cut)]


def _cut(totals: list[int], ranks: list[tuple[int, bytes, bytes]], first: int, last: int, smallest: int) -> int:
    inner = range(first + 1, last)
    cuts = [at for at in inner if min(totals[at] - totals[first], totals[last] - totals[at]) >= smallest]
    if cuts:
        return max(cuts, key=ranks.__getitem__)
    middle = (totals[first] + totals[last]) / 2
    return min(inner, key=lambda at: abs(totals[at] - middle))


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
