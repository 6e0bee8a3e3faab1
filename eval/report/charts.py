"""Pictures of figures as SVG; their colours are those of the page, light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from eval.intervals import Figure

_WIDTH, _ROW, _LABEL, _VALUE = 860, 26, 390, 96
_LEFT, _RIGHT = _LABEL + 12, _WIDTH - _VALUE - 8
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Row:
    """One share with its interval, and what it was before."""

    label: str
    figure: Figure
    before: float | None = None
    tone: str = ""  # bad where a gate fell
    heading: bool = False


def interval_chart(rows: Sequence[Row], title: str) -> str:
    """A dot and its interval for each share, one below the other; headings between them."""
    height = 24 + _ROW * len(rows) + 6
    parts = [
        f'<svg class="intervals" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}">'
    ]
    for tick in _TICKS:
        x = _at(tick)
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="22" y2="{height - 4}"/>')
        parts.append(f'<text class="tick" x="{x}" y="14" text-anchor="middle">{tick:.0%}</text>')
    for number, row in enumerate(rows):
        parts.append(_row(row, 24 + _ROW * number + _ROW // 2))
    return "".join([*parts, "</svg>"])


def bar(figure: Figure) -> str:
    """A small interval under a figure."""
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    low, high, value = (100 * each for each in (figure.low, figure.high, figure.value))
    return (
        '<svg class="spark" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rail" x="0" y="3" width="100" height="2" rx="1"/>'
        f'<rect class="span" x="{low:.1f}" y="2" width="{max(high - low, 0.8):.1f}" height="4" rx="2"/>'
        f'<rect class="dot" x="{min(value, 98.4):.1f}" y="0" width="1.6" height="8" rx=".8"/></svg>'
    )


def _row(row: Row, y: int) -> str:
    if row.heading:
        return f'<text class="group" x="0" y="{y + 5}">{escape(row.label)}</text>'
    figure = row.figure
    value = figure.value or 0.0
    low, high = figure.low or 0.0, figure.high or 0.0
    told = f"{row.label}: {value:.1%}, 95 % from {low:.1%} to {high:.1%}, {figure.count} items"
    before = ""
    if row.before is not None:
        before = f'<circle class="before" cx="{_at(row.before)}" cy="{y}" r="5"/>'
        told = f"{told}; before {row.before:.1%}"
    return (
        f'<g class="{escape(row.tone, quote=True)}"><title>{escape(told)}</title>'
        f'<text class="label" x="10" y="{y + 4}">{escape(row.label)}</text>'
        f'<line class="range" x1="{_at(low)}" x2="{_at(high)}" y1="{y}" y2="{y}"/>{before}'
        f'<circle class="value" cx="{_at(value)}" cy="{y}" r="4.5"/>'
        f'<text class="number" x="{_WIDTH}" y="{y + 4}" text-anchor="end">{value:.1%}'
        f'<tspan class="count" dx="6">{figure.count}</tspan></text></g>'
    )


def _at(share: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * min(max(share, 0.0), 1.0), 1)
