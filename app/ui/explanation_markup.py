"""Why a passage was found, as HTML: each part of its score in words, as a bar and in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.retrieval.explaining import Part
from app.ui.wording import Words


def explanation_html(parts: Sequence[Part], words: Words) -> str:
    """What ``polydesk search --explain`` prints, closed until asked for; nothing where no parts were kept."""
    if not parts:
        return ""
    longest = max(abs(part.product) for part in parts) or 1.0
    rows = "".join(_row(part, longest) for part in parts)
    total = words("why.total", total=_signed(sum(part.product for part in parts)))
    return (
        f'<details class="pd-why"><summary>{escape(words("why.heading"))}</summary>'
        f'<ul lang="en" dir="ltr">{rows}</ul><p>{escape(total)}</p></details>'
    )


def _row(part: Part, longest: float) -> str:
    side = "pd-against" if part.product < 0 else "pd-for"
    return (
        f'<li class="{side}"><span class="pd-said">{escape(part.said)}</span>'
        f'<span class="pd-bar" aria-hidden="true"><span style="width:{abs(part.product) / longest:.0%}"></span></span>'
        f'<span class="pd-sum"><b>{_signed(part.product, "+")}</b> = {_signed(part.value)} × {_signed(part.weight)}'
        "</span></li>"
    )


def _signed(number: float, sign: str = "-") -> str:
    return f"{number:{sign}.3f}".replace("-", "−")
