"""Small, large, and routed on one page, which opens without a network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from eval.report.charts import Row, interval_chart
from eval.report.page import page_around
from eval.report.sections import section
from eval.routing.chart import Axis, Mark, curve_chart
from eval.routing.figures import TITLES, reasons_asked, routed_over_large
from eval.routing.measuring import LARGE, ROUTED, SMALL, Measured, Summary
from eval.routing.replaying import Point

_STYLE = (
    "<style>.curve .line{fill:none;stroke:var(--accent);stroke-width:2}.curve .step{fill:var(--accent)}"
    ".curve .chance{stroke:var(--quiet);stroke-width:1.2;stroke-dasharray:4 5}"
    ".curve .mark{stroke:var(--paper);stroke-width:2;fill:var(--quiet)}.curve .mark.good{fill:var(--good)}"
    "tr.set td{font-weight:650}</style>"
)


def routing_page(measured: Measured, summaries: Mapping[str, Summary], points: Sequence[Point]) -> str:
    """The page."""
    models = measured.models
    over = routed_over_large(summaries)
    said = (
        f"Routed: {_share(over['quality'])} of the large model's right answers for {_share(over['calls'])} of its calls"
    )
    cost = f" and {_share(over['cost'])} of its cost" if over["cost"] is not None else ""
    asked = ", ".join(f"{why.replace('-', ' ')} {count}" for why, count in reasons_asked(measured).items())
    body = "".join(
        (
            f'{_STYLE}<p class="brand">polydesk</p><h1>{escape(models.small)}, then {escape(models.large)}</h1>',
            f'<p class="quiet">{len(measured.questions)} golden questions, each asked three times</p>',
            f'<div class="verdict good"><strong>{escape(said + cost)}</strong>'
            f"<p>The large model was asked because of: {escape(asked or 'nothing')}</p></div>",
            section(
                "Right answers",
                "Cited from the right passage with figures that stand there, or abstained on where nothing answers.",
                _quality(summaries),
            ),
            section(
                "Quality against calls of the large model",
                "The line is what other thresholds would have given, told from the same answers. Dashed: a coin that "
                "picks the model.",
                _against_calls(summaries, points),
            ),
            section("Quality against waiting", "Median time of a whole answer.", _against_time(summaries, points)),
            section("What was measured", "All questions, by strategy.", _summaries(summaries, bool(models.prices))),
            section("Other thresholds", "Each row is a point of the line.", _points(points)),
        )
    )
    return page_around("Routing", body)


def _quality(summaries: Mapping[str, Summary]) -> str:
    rows = [Row(TITLES[name], each.quality) for name, each in summaries.items()]
    return f'<div class="scroll">{interval_chart(rows, "Right answers by strategy")}</div>'


def _against_calls(summaries: Mapping[str, Summary], points: Sequence[Point]) -> str:
    whole = max(1, summaries[LARGE].large_calls)
    curve = [Mark(each.calls, each.quality, each.label, _told(each)) for each in points]
    marks = [_mark(name, summaries[name].large_calls / whole, summaries[name]) for name in (SMALL, LARGE, ROUTED)]
    axis = Axis("calls of the large model, as a share of what it takes alone", 1.0)
    return f'<div class="scroll">{curve_chart(curve, marks, axis, "Quality against calls")}</div>'


def _against_time(summaries: Mapping[str, Summary], points: Sequence[Point]) -> str:
    ordered = sorted(points, key=lambda each: each.median_ms)
    curve = [Mark(each.median_ms, each.quality, each.label, _told(each)) for each in ordered]
    marks = [_mark(name, summaries[name].median_ms, summaries[name]) for name in (SMALL, LARGE, ROUTED)]
    most = 500.0 * math.ceil(max(each.x for each in (*curve, *marks)) * 1.03 / 500)
    return f'<div class="scroll">{curve_chart(curve, marks, Axis("median time", most, "ms"), "Quality and time")}</div>'


def _mark(name: str, x: float, summary: Summary) -> Mark:
    quality = summary.quality.value or 0.0
    tone = "good" if name == ROUTED else ""
    return Mark(x, quality, f"{TITLES[name]} {quality:.1%}", f"{TITLES[name]}: {quality:.1%} right", tone)


def _told(point: Point) -> str:
    return f"{point.label}: {point.quality:.1%} right, large model asked {point.calls:.1%}"


def _summaries(summaries: Mapping[str, Summary], has_prices: bool) -> str:
    heads = ("", "right", "large asked", "small asked", *(("cost",) if has_prices else ()), "median", "95th of 100")
    rows = [
        (
            TITLES[name],
            f"{each.quality.value or 0:.1%}",
            str(each.large_calls),
            str(each.small_calls),
            *((f"{each.cost:.4f}",) if has_prices else ()),
            f"{each.median_ms:.0f} ms",
            f"{each.p95_ms:.0f} ms",
        )
        for name, each in summaries.items()
    ]
    return _table(heads, [(row, "") for row in rows])


def _points(points: Sequence[Point]) -> str:
    heads = ("the large model is asked first", "right", "large asked", "its cost", "median")
    rows = [
        (
            (
                each.label + (" (as set)" if each.is_shipped else ""),
                f"{each.quality:.1%}",
                f"{each.calls:.1%}",
                _share(each.cost),
                f"{each.median_ms:.0f} ms",
            ),
            "set" if each.is_shipped else "",
        )
        for each in points
    ]
    return _table(heads, rows)


def _table(heads: Sequence[str], rows: Sequence[tuple[Sequence[str], str]]) -> str:
    head = "".join(f'<th class="{"n" if at else ""}">{escape(name)}</th>' for at, name in enumerate(heads))
    body = "".join(
        f'<tr class="{kind}">'
        + "".join(f'<td class="{"n" if at else ""}">{escape(cell)}</td>' for at, cell in enumerate(row))
        + "</tr>"
        for row, kind in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
