"""Whether a text is about anything that was learned at all.

Two signs, each as its distance from what is usual for texts that belong: the highest score that a label has, and how
much nearer the vector is to the labels' centres than to the middle of everything (relative Mahalanobis distance, Ren
et al. 2021, https://arxiv.org/abs/2106.09022). Together they miss less than either (eval/NOTES.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Usual:
    """Mean and spread of the two signs over texts that belong and were not learned from, and the score to reach."""

    means: tuple[float, float]
    spreads: tuple[float, float]
    least: float

    def scores(self, signs: Array) -> Array:
        """The higher, the more it belongs; shape ``(texts,)`` of signs ``(texts, 2)``."""
        import numpy as np

        total: Array = ((signs - np.array(self.means)) / np.array(self.spreads)).sum(axis=1)
        return total


ALL_BELONGS = Usual((0.0, 0.0), (1.0, 1.0), -1e9)  # where nothing is known of what is usual; JSON has no infinity


def usual_of(signs: Array, accepted: float) -> Usual:
    """What is usual, and the score that a share ``accepted`` of them reaches."""
    import numpy as np

    means, spreads = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    usual = Usual((float(means[0]), float(means[1])), (float(spreads[0]), float(spreads[1])), 0.0)
    return Usual(usual.means, usual.spreads, float(np.quantile(usual.scores(signs), 1 - accepted)))


@dataclass(frozen=True)
class Centres:
    """The middle of every label and of everything, in spaces in which all directions vary alike.

    ``of_labels`` shape ``(labels, dimension)``, ``within`` and ``overall`` shape ``(dimension, dimension)``,
    ``middle`` shape ``(dimension,)``.
    """

    of_labels: Array
    within: Array
    middle: Array
    overall: Array

    def nearness(self, vectors: Array) -> Array:
        """How much nearer each vector is to a label than to the middle of everything, shape ``(texts,)``."""
        import numpy as np

        moved = vectors @ self.within
        apart = (moved**2).sum(axis=1)[:, None] - 2 * moved @ self.of_labels.T + (self.of_labels**2).sum(axis=1)
        nearness: Array = (((vectors - self.middle) @ self.overall) ** 2).sum(axis=1) - np.min(apart, axis=1)
        return nearness


def centres_of(vectors: Array, labels: NDArray[np.int64], count: int) -> Centres:
    """The centres of labels 0 to ``count`` - 1, each of which has a vector."""
    import numpy as np

    means = np.stack([vectors[labels == label].mean(axis=0) for label in range(count)])
    within = _levelling(vectors - means[labels])
    middle = vectors.mean(axis=0)
    return Centres(means @ within, within, middle, _levelling(vectors - middle))


def _levelling(deviations: Array) -> Array:
    """The matrix after which all directions vary alike; shrunk (Ledoit and Wolf), since texts may be few."""
    import numpy as np
    from sklearn.covariance import ledoit_wolf

    covariance, _ = ledoit_wolf(deviations, assume_centered=True)
    values, directions = np.linalg.eigh(covariance)
    levelling: Array = directions / np.sqrt(np.maximum(values, 1e-6))
    return levelling
