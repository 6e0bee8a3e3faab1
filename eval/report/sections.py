"""The parts of the report that show figures."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from app.costs.counting import written_amount
from app.quality.measures import MeasureAbout, suites_about
from eval.gates.judging import Finding, Verdict
from eval.intervals import Figure
from eval.report.charts import Row, bar, interval_chart
from eval.report.wording import say
from eval.runs.costs import BASIS, RunCost
from eval.runs.figures import SuiteFigures

Suites = Mapping[str, SuiteFigures]
_STATUS = {
    "fell": ("bad", "fell"),
    "missing": ("bad", "missing"),
    "unsure": ("fair", "too few items"),
    "holds": ("good", "holds"),
    "no-baseline": ("fair", "not compared"),
}


def section(title: str, about: str, body: str) -> str:
    """A heading, what it is about, and the rest; nothing where there is no rest."""
    return f'<h2>{escape(title)}</h2><p class="about">{escape(about)}</p>{body}' if body else ""


def tiles(suites: Suites, before: Suites, verdict: Verdict) -> str:
    """The figure that stands for each suite."""
    fell = {each.gate.suite for each in verdict.fell}
    shown = []
    for suite, figures in suites.items():
        about = suites_about()[suite]
        measure = about.measures[about.headline]
        figure = figures.measures.get(about.headline)
        tone = ' class="tile bad"' if suite in fell else ' class="tile"'
        if figures.state == "failed" or figure is None:
            value, what = "–", f"{say('failed')}: {figures.error}"
        else:
            value, what = escape(measure.written(figure.value)), measure.title
        earlier = before[suite].measures.get(about.headline) if suite in before else None
        spark = bar(figure) if figure and not measure.is_cost else ""
        shown.append(
            f'<div{tone}><div class="name">{escape(about.title)}</div><div class="figure">{value}'
            f'{_moved(figure, earlier, measure)}</div>{spark}<div class="what">{escape(what)}</div></div>'
        )
    return f'<div class="tiles">{"".join(shown)}</div>'


def findings_table(findings: list[Finding]) -> str:
    """What the gates found."""
    if not findings:
        return ""
    rows = []
    for each in findings:
        tone, word = _STATUS[each.status]
        about, suite = each.gate.about, suites_about()[each.gate.suite]
        was = about.written(each.baseline) if each.baseline is not None else ""
        is_now = about.written(each.value) if each.value is not None else "–"
        rows.append(
            f'<tr><td><span class="badge {tone}">{word}</span></td><td><b>{escape(suite.title)}</b><br>'
            f'<span class="quiet">{escape(about.title if each.asks != "be there" else "")}</span></td>'
            f'<td class="n">{escape(was)}</td><td class="n">{escape(is_now)}</td>'
            f"<td>{escape(each.asks)}</td><td>{escape(each.reason)}</td></tr>"
        )
    head = (
        '<tr><th></th><th>what</th><th class="n">before</th><th class="n">now</th><th>asked</th><th>because</th></tr>'
    )
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table></div>'


def all_measures(suites: Suites, before: Suites, verdict: Verdict) -> str:
    """Every share with its interval, by suite."""
    fell = {(each.gate.suite, each.gate.measure) for each in verdict.fell}
    rows: list[Row] = []
    for suite, figures in suites.items():
        about = suites_about()[suite]
        own = {name: figure for name, figure in figures.measures.items() if not about.measures[name].is_cost}
        if own:
            rows.append(Row(about.title, Figure(value=None, count=0), heading=True))
        for name, figure in own.items():
            earlier = before[suite].measures.get(name) if suite in before else None
            tone = "bad" if (suite, name) in fell else ""
            arrow = "" if about.measures[name].better == "higher" else " (less is better)"
            rows.append(Row(about.measures[name].title + arrow, figure, earlier.value if earlier else None, tone))
    return f'<div class="scroll">{interval_chart(rows, say("measures"))}</div>' if rows else ""


def languages(suites: Suites) -> str:
    """A cell for each language and suite; darker is better."""
    columns = [
        (suite, about.headline, about.measures[about.headline])
        for suite, about in suites_about().items()
        if suite in suites and not about.measures[about.headline].is_cost and suites[suite].by_language
    ]
    found = sorted({language for suite, _, _ in columns for language in suites[suite].by_language})
    if not found:
        return ""
    head = "".join(
        f'<th title="{escape(measure.title, quote=True)}">{escape(suites_about()[suite].title)}</th>'
        for suite, _, measure in columns
    )
    rows = [
        f"<tr><th>{escape(language)}</th>"
        + "".join(_cell(suites[suite].by_language.get(language, {}).get(name), about) for suite, name, about in columns)
        + "</tr>"
        for language in found
    ]
    return (
        f'<div class="scroll"><table class="heat"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def costs(suites: Suites, before: Suites, cost: RunCost) -> str:
    """Times and tokens: the median with its interval, the 95th of 100, and the median before; what an answer costs."""
    figures = suites.get("latency")
    if figures is None or not figures.measures:
        return ""
    rows = []
    for name, figure in figures.measures.items():
        about = suites_about()["latency"].measures[name]
        earlier = before["latency"].measures.get(name) if "latency" in before else None
        slowest, was = about.written(figures.p95.get(name)), about.written(earlier.value) if earlier else ""
        spread = f"{about.written(figure.low)} – {about.written(figure.high)}"
        rows.append(
            f'<tr><td>{escape(about.title)}</td><td class="n"><b>{escape(about.written(figure.value))}</b></td>'
            f'<td class="n quiet">{escape(spread)}</td><td class="n">{escape(slowest)}</td>'
            f'<td class="n">{escape(was)}</td></tr>'
        )
    head = (
        '<tr><th></th><th class="n">median</th><th class="n">95 %</th><th class="n">slowest 5 of 100</th>'
        '<th class="n">before</th></tr>'
    )
    table = f'<div class="scroll"><table><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table></div>'
    return f'{table}<p class="cost-line">{escape(_cost_said(cost))}</p>'


def _cost_said(cost: RunCost) -> str:
    if cost.per_answer is None or cost.basis is None:
        return say("cost_unknown", because=cost.unknown)
    amount = written_amount(cost.per_answer, cost.currency)
    return say("cost_said", cost=amount, costs=cost.said, basis=BASIS[cost.basis], answers=cost.answers)


def _moved(figure: Figure | None, earlier: Figure | None, about: MeasureAbout) -> str:
    if not figure or not earlier or figure.value is None or earlier.value is None:
        return ""
    if about.is_cost:
        times = figure.value / max(earlier.value, 1e-9)
        return f' <small class="same">{times:.2f} ×</small>'
    change = 100 * (figure.value - earlier.value)
    if abs(change) < 0.05:
        return ' <small class="same">as before</small>'
    tone = "up" if change * about.sign > 0 else "down"
    return f' <small class="{tone}">{change:+.1f} points</small>'


def _cell(figure: Figure | None, about: MeasureAbout) -> str:
    if figure is None or figure.value is None:
        return '<td class="none">–</td>'
    goodness = figure.value if about.sign > 0 else 1 - figure.value
    shade = max(0.0, (goodness - 0.4) / 0.6)
    return f'<td style="--v:{shade:.2f}">{figure.value:.0%}<small>{figure.count}</small></td>'
