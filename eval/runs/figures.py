"""The figures of one suite of a run, with their counts and 95 % intervals."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.quality.measures import MeasureAbout, SuiteAbout
from eval.intervals import Figure, mean_of_clusters, median_with_interval
from eval.runs.outcome import Outcome

Figures = dict[str, Figure]


class SuiteFigures(BaseModel):
    """What a suite came to; ``failed`` with the reason where it could not be run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    suite: str
    state: Literal["done", "failed"] = "done"
    error: str = ""
    items: int = 0
    missing: dict[str, int] = {}  # items without a value, by the reason
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    measures: Figures = {}
    p95: dict[str, float] = {}  # of times and tokens
    by_language: dict[str, Figures] = {}
    by_kind: dict[str, Figures] = {}

    @property
    def missing_share(self) -> float:
        """Share of the items that have no value."""
        return sum(self.missing.values()) / self.items if self.items else 0.0


def figures_of(
    suite: str, about: SuiteAbout, outcomes: Sequence[Outcome], seconds: float, cpu_seconds: float
) -> SuiteFigures:
    """The figures of all items, of each language and of each kind."""
    costs = {name for name, each in about.measures.items() if each.is_cost}
    return SuiteFigures(
        suite=suite,
        items=len(outcomes),
        missing=dict(Counter(each.missing for each in outcomes if each.missing)),
        seconds=round(seconds, 2),
        cpu_seconds=round(cpu_seconds, 2),
        measures=_figures(about, outcomes),
        p95={name: _p95(values) for name in costs if (values := _values(name, outcomes))},
        by_language=_grouped(about, outcomes, lambda each: each.language),
        by_kind=_grouped(about, outcomes, lambda each: each.kind),
    )


def figure_of(name: str, about: MeasureAbout, outcomes: Sequence[Outcome]) -> Figure:
    """One measure over some items: the mean of shares, the median of times and tokens; clusters are drawn whole."""
    if about.is_cost:
        return median_with_interval(_values(name, outcomes))
    clusters: dict[str, list[float]] = {}
    for each in outcomes:
        if name in each.values:
            clusters.setdefault(each.cluster, []).append(each.values[name])
    return mean_of_clusters(list(clusters.values()))


def _figures(about: SuiteAbout, outcomes: Sequence[Outcome]) -> Figures:
    found = {name: figure_of(name, each, outcomes) for name, each in about.measures.items()}
    return {name: figure for name, figure in found.items() if figure.value is not None}


def _grouped(about: SuiteAbout, outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Figures]:
    groups: dict[str, list[Outcome]] = {}
    for each in outcomes:
        if key(each):
            groups.setdefault(key(each), []).append(each)
    return {name: _figures(about, groups[name]) for name in sorted(groups)}


def _values(name: str, outcomes: Sequence[Outcome]) -> list[float]:
    return [each.values[name] for each in outcomes if name in each.values]


def _p95(values: Sequence[float]) -> float:
    return round(statistics.quantiles(values, n=20)[-1], 1) if len(values) > 1 else values[0]
