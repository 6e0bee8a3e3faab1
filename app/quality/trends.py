"""One measure over the runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.quality.runs import KeptRun


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One run in a trend.

    :param series: runs of one number are comparable: the same items, the same model.
    """

    run: str
    name: str
    model: str
    started: datetime
    value: float
    low: float
    high: float
    items: int
    series: int
    is_baseline: bool


@dataclass(frozen=True)
class Trend:
    """The runs, oldest first; ``others`` were measured on other items than the latest."""

    points: tuple[TrendPoint, ...]
    others: int


def trend_of(runs: Sequence[KeptRun], suite: str, measure: str, baseline: str = "") -> Trend:
    """A measure of every run that has it."""
    points: list[TrendPoint] = []
    series: dict[tuple[object, ...], int] = {}
    measured_on: list[tuple[object, ...]] = []
    for run in sorted(runs, key=lambda each: (each.head.started, each.head.id)):
        figure = run.figure(suite, measure)
        if figure is None or figure.value is None:
            continue
        on = run.measured_on(suite)
        measured_on.append(on)
        points.append(
            TrendPoint(
                run=run.head.id,
                name=run.head.name,
                model=run.head.model.name,
                started=run.head.started,
                value=figure.value,
                low=figure.value if figure.low is None else figure.low,
                high=figure.value if figure.high is None else figure.high,
                items=figure.count,
                series=series.setdefault((*on, run.head.model.name), len(series)),
                is_baseline=run.head.id == baseline,
            )
        )
    return Trend(tuple(points), sum(on != measured_on[-1] for on in measured_on) if measured_on else 0)


def measures_of(runs: Sequence[KeptRun]) -> dict[str, list[str]]:
    """By suite the measures that any run has a value of, in the order in which they were kept."""
    found: dict[str, dict[str, None]] = {}
    for run in runs:
        for suite, result in run.suites.items():
            known = [name for name in result.measures if run.figure(suite, name)]
            if known:
                found.setdefault(suite, {}).update(dict.fromkeys(known))
    return {suite: list(names) for suite, names in found.items()}
