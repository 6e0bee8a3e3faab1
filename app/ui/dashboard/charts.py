"""The dashboard's charts; their colours are variables of the page, which has a light and a dark look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

Row = Mapping[str, Any]
COLOURS = ("var(--pd-accent)", "var(--pd-amber)", "var(--pd-plum)", "var(--pd-red)", "var(--pd-line)")
_PALE = 0.34


def day_chart(rows: Sequence[Row], title: str, of: str, form: str) -> alt.Chart:
    """A bar for each day, those before pale.

    :param rows: ``day`` and ``said``, in words, ``value`` (None for none) and ``is_now``.
    :param title: of the figure.
    :param of: what the day is called.
    :param form: of the numbers at the axis, as D3 has it.
    """
    import altair as alt

    x = alt.X("day:O").sort(None).title(None).axis(labelAngle=0, labelOverlap=True, grid=False, ticks=False)
    y = alt.Y("value:Q").title(None).axis(format=form, tickCount=4)
    filled = alt.condition("datum.is_now", alt.value(1.0), alt.value(_PALE))
    bars = alt.Chart(_data(rows)).mark_bar(color=COLOURS[0], cornerRadiusEnd=3)
    told = [alt.Tooltip("day:N", title=of), alt.Tooltip("said:N", title=title)]
    chart: alt.Chart = bars.encode(x=x, y=y, opacity=filled, tooltip=told).properties(height=210)
    return chart


def phase_chart(rows: Sequence[Row], phases: Sequence[str], of: str) -> alt.Chart:
    """A bar of the mean time for each period, in its phases; what the colours mean is said beside it.

    :param rows: ``period``, ``phase``, ``place`` (of the phase), ``seconds`` and ``said``.
    :param phases: in words, in their order.
    :param of: what a phase is called.
    """
    import altair as alt

    colours = alt.Scale(domain=list(phases), range=list(COLOURS[: len(phases)]))
    told = [alt.Tooltip("period:N", title=" "), alt.Tooltip("phase:N", title=of), alt.Tooltip("said:N", title=" ")]
    chart: alt.Chart = (
        alt.Chart(_data(rows))
        .mark_bar(size=26, stroke="var(--pd-paper)", strokeWidth=1.5)
        .encode(
            x=alt.X("seconds:Q").title(None).axis(tickCount=5, grid=True),
            y=alt.Y("period:N").sort(None).title(None).axis(labelLimit=0, ticks=False, domain=False),
            color=alt.Color("phase:N", scale=colours, legend=None),
            order=alt.Order("place:Q"),
            tooltip=told,
        )
        .properties(height=alt.Step(40))
    )
    return chart


def _data(rows: Sequence[Row]) -> alt.Data:
    import altair as alt

    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]  # Altair says nothing of its types
