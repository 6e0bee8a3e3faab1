"""How probable a difference between two groups of questions is by chance alone.

Permutation tests (Fisher, 1935; Phipson and Smyth, 2010, for the p-value): the weeks are dealt out anew among the
conversations, whole ones, since the questions of one conversation depend on each other. Nothing is assumed of how the
values are spread, and every test is dealt the same permutations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_BLOCK = 8_000_000  # deals times conversations at once, so that memory is bounded
_SEED = 20261122  # the same questions give the same report


class Statistic(Protocol):
    """A distance between the questions now and those before, the larger the farther."""

    @property
    def sums(self) -> Array:
        """Of each conversation, shape ``(conversations, columns)``."""

    def of(self, now: Array) -> Array:
        """From the sums of the conversations now, shape ``(deals, columns)``: the distances, shape ``(deals,)``."""


@dataclass(frozen=True)
class Composition:
    """Pearson's chi-square of categories; a column of ``sums`` counts one category."""

    sums: Array

    def of(self, now: Array) -> Array:
        import numpy as np

        total = self.sums.sum(axis=0)
        before = total - now
        share = total / total.sum()
        distance = np.zeros(len(now))
        for part in (now, before):
            expected = part.sum(axis=1, keepdims=True) * share
            distance += ((part - expected) ** 2 / np.maximum(expected, 1e-12)).sum(axis=1)
        return distance


@dataclass(frozen=True)
class Mean:
    """Distance of two means, of numbers or of vectors; the last column of ``sums`` counts the values."""

    sums: Array

    def of(self, now: Array) -> Array:
        import numpy as np

        before = self.sums.sum(axis=0) - now
        means = [part[:, :-1] / np.maximum(part[:, -1:], 1e-12) for part in (now, before)]
        distance: Array = np.linalg.norm(means[0] - means[1], axis=1)
        return distance


def p_values(statistics: Sequence[Statistic], is_now: NDArray[np.bool_], permutations: int) -> list[float]:
    """For each statistic the share of deals that are at least as far apart as what happened.

    :param is_now: of each conversation, whether it is of the week that is looked at.
    """
    import numpy as np

    happened = [each.of(is_now[None].astype(float) @ each.sums)[0] for each in statistics]
    farther = np.ones(len(statistics))
    for dealt in _deals(is_now, permutations):
        for place, each in enumerate(statistics):
            # Sums in another order differ in their last digits: what is as far apart counts as that.
            farther[place] += (each.of(dealt @ each.sums) >= happened[place] * (1 - 1e-9)).sum()
    return [float(each) for each in farther / (permutations + 1)]


def adjusted(p: Sequence[float]) -> list[float]:
    """The p-values for asking several things at once (Benjamini and Hochberg, 1995)."""
    order = sorted(range(len(p)), key=lambda place: p[place], reverse=True)
    found, least = [1.0] * len(p), 1.0
    for rank, place in zip(range(len(p), 0, -1), order, strict=True):
        least = found[place] = min(least, p[place] * len(p) / rank)
    return found


def _deals(is_now: NDArray[np.bool_], permutations: int) -> Iterator[Array]:
    import numpy as np

    random = np.random.default_rng(_SEED)
    rows = max(1, _BLOCK // max(len(is_now), 1))
    for first in range(0, permutations, rows):
        some = min(rows, permutations - first)
        yield random.permuted(np.tile(is_now, (some, 1)), axis=1).astype(float)
