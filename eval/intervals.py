"""Means with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

_RESAMPLES = 1000
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
    if not values:
        return Figure(value=None, count=0)
    import numpy as np

    data = np.asarray(values, dtype=float)
    draws = np.random.default_rng(_SEED).integers(0, len(data), size=(_RESAMPLES, len(data)))
    low, high = np.percentile(data[draws].mean(axis=1), [2.5, 97.5])
    return Figure(
        value=round(float(data.mean()), 4), count=len(data), low=round(float(low), 4), high=round(float(high), 4)
    )
