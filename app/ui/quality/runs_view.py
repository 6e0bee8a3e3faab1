"""Evaluation runs: what the latest came to, and how a figure moved over time."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.quality.runs import KeptRun
from app.quality.trends import Trend, measures_of, trend_of
from app.ui import markup
from app.ui.quality import runs_markup
from app.ui.quality.charts import interval_chart
from app.ui.quality.figures import about_measure, measure_title, suite_title, written
from app.ui.quality.showing import show_html
from app.ui.resources import Desk
from app.ui.times import shown_at
from app.ui.wording import Words


def show_evaluations(desk: Desk, words: Words) -> None:
    """Draw the latest run beside the baseline, and the trends."""
    runs = desk.quality.evaluations.runs()
    if not runs:
        st.html(f'<p class="pd-lead" role="status">{words("quality.runs.none")}</p>')
        st.code("polydesk eval all\npolydesk eval baseline\npolydesk eval gate", language=None)
        return
    marked = desk.quality.evaluations.baseline()
    latest, baseline = runs[0], next((run for run in runs if run.head.id == marked), None)
    st.html(runs_markup.run_facts_html(latest, _when(latest, words), words))
    _show_verdict(latest, words)
    show_html(runs_markup.tiles_html(latest, baseline, words))
    if baseline is None:
        st.html(f'<p class="pd-quiet">{words("quality.baseline.none")}</p>')
    _show_findings(latest, words)
    _show_trend(runs, marked, words)


def _show_verdict(run: KeptRun, words: Words) -> None:
    verdict = run.verdict
    if verdict is None:
        st.html(markup.callout_html("note", words("quality.gate.none")))
        return
    if verdict.passes:
        st.html(markup.callout_html("good", words("quality.gate.passed.text"), words("quality.gate.passed")))
    else:
        told = words.counted("quality.gate.fell", len(verdict.with_status("fell", "missing")))
        st.html(markup.callout_html("error", told, words("quality.gate.failed")))


def _show_findings(run: KeptRun, words: Words) -> None:
    verdict = run.verdict
    if verdict is None:
        return
    show_html(runs_markup.findings_html(verdict.with_status("fell", "missing"), words))
    if unsure := verdict.with_status("unsure"):
        with st.expander(words.counted("quality.gate.unsure", len(unsure)), type="compact"):
            st.html(runs_markup.findings_html(unsure, words))


def _show_trend(runs: Sequence[KeptRun], baseline: str, words: Words) -> None:
    measures = measures_of(runs)
    if not measures:
        return
    st.html(f'<h2 class="pd-case-heading">{words("quality.trend")}</h2>')
    with st.container(key="quality-chosen", horizontal=True):
        suite = st.selectbox(
            words("quality.suite"),
            list(measures),
            format_func=lambda each: suite_title(each, words),
            key="quality-suite",
        )
        measure = st.selectbox(
            words("quality.measure"),
            measures[suite],
            format_func=lambda each: measure_title(suite, each, words),
            key=f"quality-measure-{suite}",
        )
    trend = trend_of(runs, suite, measure, baseline)
    _show_chart(trend, suite, measure, words)


def _show_chart(trend: Trend, suite: str, measure: str, words: Words) -> None:
    about, language, zone = about_measure(suite, measure), words.language, st.context.timezone
    whens = [shown_at(each.started, language, zone) for each in trend.points]
    rows = [
        {
            "at": each.started.isoformat(),
            "value": each.value,
            "low": each.low,
            "high": each.high,
            "model": words("quality.quoting") if each.model == "quoting" else each.model,
            "series": each.series,
            "run": each.run,
            "when": when,
            "said": f"{written(each.value, suite, measure, language)} "
            f"({written(each.low, suite, measure, language)} – {written(each.high, suite, measure, language)})",
            "items": each.items,
            "baseline": each.is_baseline,
        }
        for each, when in zip(trend.points, whens, strict=True)
    ]
    title = f"{suite_title(suite, words)}: {measure_title(suite, measure, words)}"
    with st.container(key="quality-trend"):
        chart = interval_chart(rows, about is None or about.unit == "share", words)
        st.vega_lite_chart(chart, width="stretch", alt=title)
    way = words(f"quality.better.{about.better}") if about else ""
    said = [way, words("quality.trend.band")]
    if any(each.is_baseline for each in trend.points):
        said.append(words("quality.trend.baseline"))
    if trend.others:
        said.append(words.counted("quality.trend.others", trend.others))
    st.html(f'<p class="pd-quiet">{" ".join(filter(None, said))}</p>')
    with st.expander(words("quality.as_table"), type="compact"):
        st.html(runs_markup.points_html(trend.points, whens, suite, measure, words))


def _when(run: KeptRun, words: Words) -> str:
    return shown_at(run.head.started, words.language, st.context.timezone)
