"""What agents ask this week beside the weeks before, and the questions worth adding to the golden ones."""

from __future__ import annotations

import streamlit as st

from app.drift.gaps import golden_lines
from app.drift.report import DriftReport, WeekLine
from app.ui import markup
from app.ui.gone import redrawn
from app.ui.quality import drift_markup
from app.ui.quality.charts import week_chart
from app.ui.quality.figures import score, share
from app.ui.quality.runs_markup import table_html
from app.ui.quality.showing import show_html
from app.ui.resources import Desk
from app.ui.wording import Words

_WATCH_SECONDS = 2.0
_SHOWN_AT_ONCE = 5
_SERIES = ("far", "abstentions", "escalations", "evidence", "support")
_SCORES = ("evidence", "support")


def show_drift(desk: Desk, words: Words) -> None:
    """Draw the report that is kept; a new one is made beside it where that is old."""
    state = desk.quality.drift.state()
    if state.state == "making":
        _watch(desk, words)
    if state.error:
        st.html(markup.callout_html("error", state.error, words("quality.drift.failed")))
    report = state.report
    if report is None:
        if state.state == "ready":
            st.html(f'<p class="pd-lead" role="status">{words("quality.drift.none")}</p>')
        return
    if not report.questions and not report.questions_before:
        st.html(f'<p class="pd-lead" role="status">{words("quality.drift.none")}</p>')
        return
    st.html(drift_markup.facts_html(report, words))
    _show_verdict(report, words)
    st.html(drift_markup.changes_html(report, words))
    if desk.quality.drift.golden is None:
        st.html(f'<p class="pd-quiet">{words("quality.drift.sample")}</p>')
    show_html(drift_markup.uncovered_html(report, words))
    _show_weeks(report, words)
    _show_new_questions(report, words)


def _watch(desk: Desk, words: Words) -> None:
    """Say that a new report is being made, and redraw the page when it is there."""

    def look() -> None:
        if desk.quality.drift.state().state != "making":
            st.rerun()
        st.html(f'<p class="pd-phase" role="status">{words("quality.drift.making")}</p>')

    redrawn(look, _WATCH_SECONDS)()


def _show_verdict(report: DriftReport, words: Words) -> None:
    if report.alarms:
        st.html(drift_markup.alarms_html(report, words))
    elif not report.enough:
        st.html(markup.callout_html("note", words("quality.drift.few.text"), words("quality.drift.few")))
    else:
        st.html(markup.callout_html("good", words("quality.drift.same.text"), words("quality.drift.same")))


def _show_weeks(report: DriftReport, words: Words) -> None:
    series = [each for each in _SERIES if any(getattr(line, each) is not None for line in report.weeks)]
    if not series:
        return
    st.html(f'<h2 class="pd-case-heading">{words("quality.drift.weeks")}</h2>')
    chosen = st.pills(
        words("quality.measure"),
        series,
        default=series[0],
        required=True,
        format_func=lambda each: words(f"quality.what.{each}"),
        key="quality-series",
        label_visibility="collapsed",
    )
    name = chosen or series[0]
    title = words(f"quality.what.{name}")
    rows = [
        {
            "week": line.week.partition("-")[2],
            "value": getattr(line, name),
            "said": _written(line, name, words),
            "questions": line.questions,
            "last": line.week == report.week,
        }
        for line in report.weeks
    ]
    with st.container(key="quality-weeks"):
        st.vega_lite_chart(week_chart(rows, name not in _SCORES, title, words), width="stretch", alt=title)
    with st.expander(words("quality.as_table"), type="compact"):
        st.html(_weeks_table(report, series, words))


def _weeks_table(report: DriftReport, series: list[str], words: Words) -> str:
    rows = "".join(
        f"<tr><th scope=row>{line.week}</th><td class=pd-n>{line.questions}</td>"
        f"{''.join(f'<td class=pd-n>{_written(line, each, words)}</td>' for each in series)}</tr>"
        for line in reversed(report.weeks)
    )
    heads = [words("quality.column.week"), words("quality.column.questions")]
    columns = [*heads, *(words(f"quality.what.{each}") for each in series)]
    return table_html(columns, rows, words("quality.drift.weeks"), numbers=range(1, len(columns)))


def _written(line: WeekLine, name: str, words: Words) -> str:
    value: float | None = getattr(line, name)
    return score(value, words.language) if name in _SCORES else share(value, words.language)


def _show_new_questions(report: DriftReport, words: Words) -> None:
    found = report.new_questions
    st.html(f'<h2 class="pd-case-heading">{words("quality.new")}</h2>')
    st.html(f'<p class="pd-quiet">{words("quality.new.text" if found else "quality.new.none")}</p>')
    if not found:
        return
    st.html("".join(drift_markup.new_question_html(each, words) for each in found[:_SHOWN_AT_ONCE]))
    if rest := found[_SHOWN_AT_ONCE:]:
        with st.expander(words.counted("quality.new.more", len(rest)), type="compact"):
            st.html("".join(drift_markup.new_question_html(each, words) for each in rest))
    st.download_button(
        words("quality.new.download"),
        golden_lines(report).encode(),
        file_name=f"questions-{report.week}.jsonl",
        mime="application/jsonl",
        key="quality-new-questions",
        icon=":material/download:",
    )
