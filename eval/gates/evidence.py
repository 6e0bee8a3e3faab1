"""How sure the items of a run, or of two, make it that a measure got worse, or misses what it has to reach.

A p-value here is the chance to see items that are this bad, or worse, were nothing wrong. It is exact where each
cluster of items is right or wrong as a whole; else it comes from random signs or random draws, with a fixed seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.quality.measures import MeasureAbout
from eval.runs.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DRAWS = 4000
_SEED = 20261122
_SHARED = 0.5  # least share of the smaller run's items that both have, for these to be compared in pairs

Clusters = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Difference:
    """A run less its baseline; positive is better. Of times and tokens it is the ratio, and below 1 is better."""

    value: float
    low: float  # 95 %
    high: float
    p_worse: float  # of getting worse at all, one-sided
    items: int
    paired: bool  # whether the same items were looked at in both
    least_p: float = 0.0  # the least that ``p_worse`` could be with as many clusters that moved


def values_by_cluster(name: str, outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """What the measure gives, by what belongs together."""
    found: dict[str, list[float]] = {}
    for each in outcomes:
        if name in each.values:
            found.setdefault(each.cluster, []).append(each.values[name])
    return found


def p_below(clusters: Clusters, about: MeasureAbout, bound: float) -> float:
    """The chance of a share this bad, were it truly at ``bound``."""
    import numpy as np

    values = [value for cluster in clusters.values() for value in cluster]
    if all(len(cluster) == 1 for cluster in clusters.values()) and set(values) <= {0.0, 1.0}:
        from scipy.stats import binomtest

        side = "less" if about.sign > 0 else "greater"
        return float(binomtest(int(sum(values)), len(values), bound, alternative=side).pvalue)
    means = _drawn_means(clusters)
    centred = means - float(np.mean(values)) + bound
    observed = float(np.mean(values))
    worse = centred <= observed if about.sign > 0 else centred >= observed
    return (1 + int(worse.sum())) / (1 + _DRAWS)


def difference(name: str, about: MeasureAbout, run: Sequence[Outcome], baseline: Sequence[Outcome]) -> Difference:
    """How a measure differs between two runs: on the items of both, or between all where they share too few.

    :raises ValueError: one of them has no values.
    """
    mine, theirs = ({each.id: each for each in some if name in each.values} for some in (run, baseline))
    if not mine or not theirs:
        raise ValueError(f"{name}: no values to compare")
    shared = [each for each in mine if each in theirs]
    if len(shared) < _SHARED * min(len(mine), len(theirs)):
        return _unpaired(name, about, run, baseline)
    change = _log_ratio if about.is_cost else _difference_of(about.sign)
    clusters: dict[str, list[float]] = {}
    for each in shared:
        moved = change(mine[each].values[name], theirs[each].values[name])
        clusters.setdefault(mine[each].cluster, []).append(moved)
    return _paired(clusters, about, len(shared))


def _difference_of(sign: int) -> Callable[[float, float], float]:
    return lambda mine, theirs: sign * (mine - theirs)


def _log_ratio(mine: float, theirs: float) -> float:
    return math.log(max(mine, 1e-6) / max(theirs, 1e-6))


def _paired(clusters: Clusters, about: MeasureAbout, items: int) -> Difference:
    import numpy as np

    sums = np.array([sum(cluster) for cluster in clusters.values()])
    if about.is_cost:
        middle = np.array([float(np.median(cluster)) for cluster in clusters.values()])
        drawn = _drawn(len(middle))
        medians = np.median(middle[drawn], axis=1)
        low, high = np.exp(np.percentile(medians, [2.5, 97.5]))
        value = math.exp(float(np.median(middle)))
        return Difference(value, float(low), float(high), _sign_test(-middle), items, True, _least(middle))
    sizes = np.array([len(cluster) for cluster in clusters.values()])
    drawn = _drawn(len(sums))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    value = float(sums.sum() / sizes.sum())
    return Difference(value, float(low), float(high), _p_of_signs(sums), items, True, _least(sums))


def _least(moved: NDArray[np.float64]) -> float:
    return float(0.5 ** int((moved != 0).sum()))


def _p_of_signs(sums: NDArray[np.float64]) -> float:
    """One-sided: were each cluster as likely to gain as to lose what it did, how often would the sum be this low?"""
    import numpy as np

    moved = sums[sums != 0]
    if not len(moved):
        return 1.0
    if set(np.abs(moved).tolist()) == {1.0}:
        return _sign_test(moved)
    signs = np.random.default_rng(_SEED).choice((-1.0, 1.0), size=(_DRAWS, len(moved)))
    return (1 + int((signs @ np.abs(moved) <= moved.sum() + 1e-9).sum())) / (1 + _DRAWS)


def _sign_test(moved: NDArray[np.float64]) -> float:
    """Exact: losses against gains, ties left out."""
    losses, gains = int((moved < 0).sum()), int((moved > 0).sum())
    if losses + gains == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(losses, losses + gains, 0.5, alternative="greater").pvalue)


def _unpaired(name: str, about: MeasureAbout, run: Sequence[Outcome], baseline: Sequence[Outcome]) -> Difference:
    """Between two sets of items that are not the same: each is drawn by itself."""
    import numpy as np

    mine, theirs = values_by_cluster(name, run), values_by_cluster(name, baseline)
    items = sum(map(len, mine.values()))
    if about.is_cost:
        mine, theirs = _logarithms(mine), _logarithms(theirs)
    moved = _drawn_means(mine) - _drawn_means(theirs, _SEED + 1)
    worse = moved >= 0 if about.is_cost or about.sign < 0 else moved <= 0
    # Not worse at all has the chance that the draws leave on the other side.
    p_worse = (1 + int((~worse).sum())) / (1 + _DRAWS)
    low, middle, high = (float(each) for each in np.percentile(moved, [2.5, 50, 97.5]))
    if about.is_cost:
        return Difference(math.exp(middle), math.exp(low), math.exp(high), p_worse, items, False)
    if about.sign < 0:
        low, middle, high = -high, -middle, -low
    return Difference(middle, low, high, p_worse, items, False)


def _logarithms(clusters: Clusters) -> dict[str, list[float]]:
    return {key: [math.log(max(value, 1e-6)) for value in each] for key, each in clusters.items()}


def _drawn_means(clusters: Clusters, seed: int = _SEED) -> NDArray[np.float64]:
    import numpy as np

    sums = np.array([sum(cluster) for cluster in clusters.values()], dtype=float)
    sizes = np.array([len(cluster) for cluster in clusters.values()])
    drawn = _drawn(len(sums), seed)
    means: NDArray[np.float64] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return means


def _drawn(count: int, seed: int = _SEED) -> NDArray[np.int64]:
    import numpy as np

    return np.random.default_rng(seed).integers(0, count, size=(_DRAWS, count))
