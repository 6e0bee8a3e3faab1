"""Trends as Vega-Lite charts; their colours are variables of the page, which has a light and a dark look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.ui.wording import Words

Spec = dict[str, Any]
# An SVG in the page knows the variables of chat.css.
_COLOURS = ("var(--pd-accent)", "var(--pd-amber)", "var(--pd-plum)", "var(--pd-red)", "var(--pd-quiet)")
_PAPER = "var(--pd-paper)"
_DAY = "%Y-%m-%d"  # read alike in every language of the page
_ROOM = 0.08  # above and below, as a share of the range
# What is told of a point, and the column of the table that has the same.
_OF_A_RUN = {"when": "when", "model": "model", "said": "value", "items": "items", "run": "run"}
_OF_A_WEEK = {"week": "week", "questions": "questions"}


def interval_chart(rows: Sequence[Spec], is_share: bool, words: Words) -> Spec:
    """A line with its 95 % interval as a band over time.

    :param rows: ``at``, ``value``, ``low``, ``high``, ``model``, ``series``, ``run``, ``when``, ``said``, ``items``,
        ``baseline``; those of one series are joined.
    """
    models = list(dict.fromkeys(str(each["model"]) for each in rows))
    low, high = _domain([each["low"] for each in rows], [each["high"] for each in rows], is_share)
    values = {
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"format": ".0%" if is_share else ",.0f", "tickCount": 5},
    }
    from_low, value = {"field": "low", **values}, {"field": "value", **values}
    colours = {"domain": models, "range": [_COLOURS[place % len(_COLOURS)] for place in range(len(models))]}
    colour = {"field": "model", "type": "nominal", "scale": colours}
    fill = {"condition": {"test": "datum.baseline", "value": _PAPER}, **colour, "legend": None}
    legend = {"title": None, "orient": "bottom", "labelLimit": 0} if len(models) > 1 else None
    return {
        "data": {"values": list(rows)},
        "height": 260,
        "encoding": {
            "x": {
                "field": "at",
                "type": "temporal",
                "title": None,
                "axis": {"format": _DAY, "labelOverlap": True, "grid": False, "tickCount": 5},
            },
            "color": {**colour, "legend": legend},
            "detail": {"field": "series", "type": "nominal"},
        },
        "layer": [
            {"mark": {"type": "area", "opacity": 0.16}, "encoding": {"y": from_low, "y2": {"field": "high"}}},
            {"mark": {"type": "rule", "opacity": 0.45}, "encoding": {"y": from_low, "y2": {"field": "high"}}},
            {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"y": value}},
            {"mark": _point(), "encoding": {"y": value, "fill": fill, "tooltip": _told(_OF_A_RUN, words)}},
        ],
    }


def week_chart(rows: Sequence[Spec], is_share: bool, title: str, words: Words) -> Spec:
    """A line over weeks, the last one filled.

    :param rows: ``week``, ``value``, ``said``, ``questions``, ``last``; a week without a value is a gap.
    """
    known = [each["value"] for each in rows if each["value"] is not None]
    low, high = _domain(known, known, is_share)
    fill = {"condition": {"test": "datum.last", "value": _COLOURS[0]}, "value": _PAPER}
    said = {"field": "said", "type": "nominal", "title": title}
    return {
        "data": {"values": list(rows)},
        "height": 200,
        "encoding": {
            "x": {
                "field": "week",
                "type": "ordinal",
                "title": None,
                "sort": None,
                "axis": {"labelAngle": 0, "labelOverlap": True, "grid": False},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [0 if is_share else low, high], "nice": False, "zero": False},
                "axis": {"format": ".0%" if is_share else ".2f", "tickCount": 4},
            },
        },
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2, "color": _COLOURS[0]}},
            {
                "mark": {**_point(), "color": _COLOURS[0]},
                "encoding": {"fill": fill, "tooltip": [said, *_told(_OF_A_WEEK, words)]},
            },
        ],
    }


def _point() -> Spec:
    return {"type": "point", "size": 70, "strokeWidth": 2, "opacity": 1}


def _told(columns: dict[str, str], words: Words) -> list[Spec]:
    return [
        {"field": field, "type": "nominal", "title": words(f"quality.column.{column}")}
        for field, column in columns.items()
    ]


def _domain(lows: Sequence[float], highs: Sequence[float], is_share: bool) -> tuple[float, float]:
    """The range of an axis with room above and below, within what the values can be."""
    low, high = min(lows, default=0.0), max(highs, default=1.0)
    room = max((high - low) * _ROOM, 0.01)
    return max(low - room, 0.0), min(high + room, 1.0) if is_share else high + room
