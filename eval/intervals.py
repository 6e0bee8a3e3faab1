"""Means with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

_RESAMPLES = 1000
_BLOCK = 1_000_000  # values drawn at once, so that memory is bounded
_SEED = 20261121  # the same data give the same interval


class Figure(BaseModel):
    """A mean with its count and 95 % percentile bootstrap interval; the mean of nothing is None."""

    model_config = ConfigDict(frozen=True)

    value: float | None
    count: int
    low: float | None = None
    high: float | None = None


def mean_with_interval(values: Sequence[float]) -> Figure:
    """The mean of ``values`` and its interval (Efron's percentile bootstrap, 1000 resamples)."""
    return mean_of_means([values])


def mean_of_means(groups: Sequence[Sequence[float]]) -> Figure:
    """The mean of the groups' means, whatever their sizes; each group is resampled by itself.

    None where a group has no values: the mean over the others would be another figure.
    """
    count = sum(map(len, groups))
    if not groups or not all(groups):
        return Figure(value=None, count=count)
    import numpy as np

    random = np.random.default_rng(_SEED)
    means = np.zeros(_RESAMPLES)
    for group in groups:
        data = np.asarray(group, dtype=float)
        rows = max(1, _BLOCK // len(data))
        for first in range(0, _RESAMPLES, rows):
            some = min(rows, _RESAMPLES - first)
            drawn = random.integers(0, len(data), size=(some, len(data)))
            means[first : first + some] += data[drawn].mean(axis=1) / len(groups)
    low, high = np.percentile(means, [2.5, 97.5])
    value = sum(float(np.mean(group)) for group in groups) / len(groups)
    return Figure(value=round(value, 4), count=count, low=round(float(low), 4), high=round(float(high), 4))
