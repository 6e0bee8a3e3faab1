"""How probable a difference between two groups of questions is by chance alone.

Permutation tests (Fisher, 1935; Phipson and Smyth, 2010, for the p-value): the weeks are dealt out anew among the
conversations, whole ones, since the questions of one conversation depend on each other. Nothing is assumed of how the
values are spread, and every test is dealt the same permutations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_BLOCK = 8_000_000  # deals times conversations at once, so that memory is bounded
_SEED = 20261122  # the same questions give the same report


class Statistic(Protocol):
    """A distance between the questions now and those before, the larger the farther."""

    def of(self, dealt: Array) -> Array:
        """From 1 for each conversation of now and 0 for the others, shape ``(deals, conversations)``, the distances.

        :return: shape ``(deals,)``.
        """


@dataclass(frozen=True)
class Composition:
    """Pearson's chi-square of categories.

    :param sums: of each conversation how often each category occurs, shape ``(conversations, categories)``.
    """

    sums: Array

    def of(self, dealt: Array) -> Array:
        import numpy as np

        now, total = dealt @ self.sums, self.sums.sum(axis=0)
        before = total - now
        share = total / total.sum()
        distance = np.zeros(len(dealt))
        for part in (now, before):
            expected = part.sum(axis=1, keepdims=True) * share
            distance += ((part - expected) ** 2 / np.maximum(expected, 1e-12)).sum(axis=1)
        return distance


@dataclass(frozen=True)
class Mean:
    """Distance of two means, of numbers or of vectors.

    :param sums: of each conversation the sum of its values, and in the last column how many there are.
    """

    sums: Array

    def of(self, dealt: Array) -> Array:
        import numpy as np

        now = dealt @ self.sums
        before = self.sums.sum(axis=0) - now
        means = [part[:, :-1] / np.maximum(part[:, -1:], 1e-12) for part in (now, before)]
        distance: Array = np.linalg.norm(means[0] - means[1], axis=1)
        return distance


@dataclass(frozen=True)
class Neighbours:
    """Share of the nearest neighbours of questions now that are of now, too (Schilling, 1986; Henze, 1988).

    It sees a small new crowd of questions, which hardly moves a mean.

    :param links: how often a question of one conversation has one of another among its nearest, as a sparse matrix of
        shape ``(conversations, conversations)``; none within a conversation.
    """

    links: Any

    def of(self, dealt: Array) -> Array:
        import numpy as np

        drawn = (self.links @ dealt.T).T
        all_links = dealt @ np.asarray(self.links.sum(axis=1)).ravel()
        share: Array = (drawn * dealt).sum(axis=1) / np.maximum(all_links, 1e-12)
        return share


def nearest_links(vectors: NDArray[np.float32], conversation: NDArray[np.intp], neighbours: int) -> Any:
    """The ``links`` of :class:`Neighbours`.

    :param conversation: of each vector its conversation, from 0 on.
    """
    import numpy as np
    from scipy.sparse import coo_matrix

    count = int(conversation.max()) + 1 if len(conversation) else 0
    found: list[NDArray[np.intp]] = []
    least = min(neighbours, max(len(vectors) - 1, 0))
    rows = max(1, _BLOCK // max(len(vectors), 1))
    for first in range(0, len(vectors) if least else 0, rows):
        likeness = vectors[first : first + rows] @ vectors.T
        likeness[conversation[first : first + rows, None] == conversation[None]] = -np.inf
        found.append(np.argpartition(-likeness, least - 1, axis=1)[:, :least])
    near = np.concatenate(found) if found else np.zeros((len(vectors), 0), dtype=np.intp)
    pairs = np.repeat(conversation, near.shape[1]), conversation[near.ravel()]
    links = coo_matrix((np.ones(near.size), pairs), shape=(count, count)).tocsr()
    links.setdiag(0)
    return links


def p_values(statistics: Sequence[Statistic], is_now: NDArray[np.bool_], permutations: int) -> list[float]:
    """For each statistic the share of deals that are at least as far apart as what happened.

    :param is_now: of each conversation, whether it is of the week that is looked at.
    """
    import numpy as np

    happened = [each.of(is_now[None].astype(float))[0] for each in statistics]
    farther = np.ones(len(statistics))
    for dealt in _deals(is_now, permutations):
        for place, each in enumerate(statistics):
            # Sums in another order differ in their last digits: what is as far apart counts as that.
            farther[place] += (each.of(dealt) >= happened[place] * (1 - 1e-9)).sum()
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
