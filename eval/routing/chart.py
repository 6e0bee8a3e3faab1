"""Quality against a cost as SVG: a curve of what could be, and marks for what is; colours are those of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 860, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 830, 18, 308
_TICKS = 5
_STEPS = (0.02, 0.05, 0.1, 0.2, 1.0)  # of quality from one tick to the next
_ROOM_BELOW = 0.03


@dataclass(frozen=True)
class Mark:
    """A dot; ``told`` stands in its tooltip."""

    x: float
    quality: float
    label: str
    told: str
    tone: str = ""


@dataclass(frozen=True)
class Axis:
    """What runs from left to right: up to ``most``, written with ``unit``."""

    title: str
    most: float
    unit: str = "%"

    def written(self, value: float) -> str:
        return f"{value:.0%}" if self.unit == "%" else f"{value:.0f} {self.unit}"


def curve_chart(curve: Sequence[Mark], marks: Sequence[Mark], axis: Axis, title: str) -> str:
    """The chart. The straight line between the first and the last mark is what chance would give.

    :param curve: in the order of ``x``.
    :param marks: of which the first is the small model and the second the large one.
    """
    least = min(each.quality for each in (*curve, *marks)) - _ROOM_BELOW
    lowest = max(0.0, next(1 - _TICKS * step for step in _STEPS if 1 - _TICKS * step <= least))

    def at(mark: Mark) -> tuple[float, float]:
        x = _LEFT + (_RIGHT - _LEFT) * min(mark.x / axis.most, 1.0) if axis.most else _LEFT
        y = _BOTTOM - (_BOTTOM - _TOP) * (mark.quality - lowest) / (1.0 - lowest)
        return round(x, 1), round(y, 1)

    parts = [
        f'<svg class="intervals curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title, quote=True)}">'
    ]
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        x, y = _LEFT + (_RIGHT - _LEFT) * share, _BOTTOM - (_BOTTOM - _TOP) * share
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(
            f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
            f"{lowest + (1 - lowest) * share:.0%}</text>"
        )
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">'
            f"{axis.written(axis.most * share)}</text>"
        )
    parts.append(
        f'<text class="label" x="{(_LEFT + _RIGHT) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">'
        f"{escape(axis.title)}</text>"
    )
    (x1, y1), (x2, y2) = at(marks[0]), at(marks[1])
    parts.append(f'<line class="chance" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    line = " ".join(f"{x},{y}" for x, y in map(at, curve))
    parts.append(f'<polyline class="line" points="{line}"/>')
    parts += [_dot(*at(each), each, 3.5, "step") for each in curve]
    parts += [_dot(*at(each), each, 7, f"mark {each.tone}") + _label(*at(each), each) for each in marks]
    return "".join([*parts, "</svg>"])


def _dot(x: float, y: float, mark: Mark, radius: float, kind: str) -> str:
    return (
        f'<circle class="{escape(kind, quote=True)}" cx="{x}" cy="{y}" r="{radius}">'
        f"<title>{escape(mark.told)}</title></circle>"
    )


def _label(x: float, y: float, mark: Mark) -> str:
    is_right = x > (_LEFT + _RIGHT) * 0.75
    anchor, dx = ("end", -12) if is_right else ("start", 12)
    below = y < _TOP + 24 or not is_right
    return (
        f'<text class="group" x="{x + dx}" y="{y + (22 if below else -12)}" text-anchor="{anchor}">'
        f"{escape(mark.label)}</text>"
    )
