"""The figures of three strategies and of the curve as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.routing.measuring import LARGE, ROUTED, SMALL, Measured, Summary
from eval.routing.replaying import Point

TITLES = {SMALL: "small only", LARGE: "large only", ROUTED: "routed"}


def as_object(measured: Measured, summaries: Mapping[str, Summary], points: Sequence[Point]) -> dict[str, Any]:
    """The figures as ``--json`` prints them."""
    return {
        "small": measured.models.small,
        "large": measured.models.large,
        "questions": len(measured.questions),
        "strategies": {
            name: {
                "quality": each.quality.value,
                "interval": [each.quality.low, each.quality.high],
                "large_calls": each.large_calls,
                "small_calls": each.small_calls,
                "cost": round(each.cost, 6) if measured.models.prices else None,
                "median_ms": round(each.median_ms, 1),
                "p95_ms": round(each.p95_ms, 1),
                "failed": each.failed,
            }
            for name, each in summaries.items()
        },
        "routed_over_large": routed_over_large(summaries),
        "asked_because": reasons_asked(measured),
        "curve": [vars(point) for point in points],
    }


def reasons_asked(measured: Measured) -> dict[str, int]:
    """How often the route asked its large model, by why."""
    found: dict[str, int] = {}
    for answer in measured.answers[ROUTED]:
        for each in answer.attempts:
            if each.model == measured.models.large:
                found[each.why] = found.get(each.why, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def routed_over_large(summaries: Mapping[str, Summary]) -> dict[str, float | None]:
    """What the route brings and costs, as shares of what the large model alone does."""
    large, routed = summaries[LARGE], summaries[ROUTED]
    return {
        "quality": _ratio(routed.quality.value, large.quality.value),
        "calls": _ratio(routed.large_calls, large.large_calls),
        "cost": _ratio(routed.cost, large.cost),
    }


def _ratio(part: float | None, whole: float | None) -> float | None:
    return round(part / whole, 4) if part is not None and whole else None
