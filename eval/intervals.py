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


def mean_of_clusters(clusters: Sequence[Sequence[float]]) -> Figure:
    """The mean of all values; its interval draws clusters whole, for the values of one are not independent.

    Where all values are 0 or 1 and each is a cluster of its own, the interval is Wilson's, which is right at 0 % and
    100 % as well, where drawing again gives the same again.
    """
    values = [value for cluster in clusters for value in cluster]
    if not values:
        return Figure(value=None, count=0)
    if len(values) == len(clusters) and set(values) <= {0.0, 1.0}:
        return _wilson(int(sum(values)), len(values))
    import numpy as np

    sums = np.array([sum(cluster) for cluster in clusters])
    sizes = np.array([len(cluster) for cluster in clusters])
    drawn = np.random.default_rng(_SEED).integers(0, len(clusters), size=(_RESAMPLES, len(clusters)))
    low, high = np.percentile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [2.5, 97.5])
    value = round(sum(values) / len(values), 4)
    return Figure(value=value, count=len(values), low=round(float(low), 4), high=round(float(high), 4))


def median_with_interval(values: Sequence[float]) -> Figure:
    """The median of ``values`` and its interval (percentile bootstrap, 1000 resamples)."""
    if not values:
        return Figure(value=None, count=0)
    import numpy as np

    data = np.asarray(values, dtype=float)
    drawn = np.random.default_rng(_SEED).integers(0, len(data), size=(_RESAMPLES, len(data)))
    low, high = np.percentile(np.median(data[drawn], axis=1), [2.5, 97.5])
    value = round(float(np.median(data)), 2)
    return Figure(value=value, count=len(data), low=round(float(low), 2), high=round(float(high), 2))


def _wilson(hits: int, count: int) -> Figure:
    """Wilson (1927), the score interval of a share, 95 %."""
    z = 1.959964
    share, middle = hits / count, (hits + z * z / 2) / (count + z * z)
    half = z / (count + z * z) * (share * (1 - share) * count + z * z / 4) ** 0.5
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Figure(value=round(share, 4), count=count, low=round(low, 4), high=round(high, 4))
