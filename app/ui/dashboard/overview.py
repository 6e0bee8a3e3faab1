"""The numbers of some days beside as many days before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from app.dashboard.numbers import PHASES, Counted, Dashboard, Day, Listed, Money
from app.errors import AppError
from app.ui import markup
from app.ui.case_markup import heading_html
from app.ui.dashboard import lists_markup
from app.ui.dashboard.charts import day_chart, phase_chart
from app.ui.dashboard.tiles_markup import tiles_html
from app.ui.dashboard.written import day, money, number, seconds, span
from app.ui.labels import plain_label
from app.ui.quality.figures import left_to_right, score, share
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.visiting import mine, present
from app.ui.wording import Words

_PERIODS = (1, 7, 28)
_FIRST = 7
_TITLE_CHARACTERS = 90
# Of a figure by day: its value, how it is written, and the numbers at the axis.
_Measure = tuple[Callable[[Day], float | None], Callable[[float | None, str], str], str]


def show_overview(desk: Desk, words: Words) -> None:
    """Draw all of it for the days that were chosen."""
    st.html(f'<h1 class="pd-welcome">{words("dashboard.heading")}</h1><p class="pd-lead">{words("dashboard.text")}</p>')
    days = st.segmented_control(
        words("dashboard.period"),
        _PERIODS,
        default=_FIRST,
        required=True,
        format_func=lambda each: words(f"dashboard.days.{each}"),
        key="dashboard-days",
        label_visibility="collapsed",
    )
    try:
        with st.spinner(words("dashboard.counting")):
            found = desk.dashboard.numbers(days or _FIRST, st.context.timezone)
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
        return
    _show_drift(found, words)
    if not any(each.answers for each in found.trend):
        st.html(f'<p class="pd-lead" role="status">{words("dashboard.none")}</p>')
        return
    _show_compared(found, words)
    st.html(tiles_html(found, words))
    st.fragment(_show_trend)(found, words)  # another figure of the same days is no reason to count again
    _show_time_and_money(found, words)
    _show_counted(found, words)
    with st.container(key="dashboard-lists"):
        _show_listed("slowest", found.slowest, desk, words)
        _show_listed("weakest", found.weakest, desk, words)


def _show_drift(found: Dashboard, words: Words) -> None:
    drift = found.drift
    if drift is None or not drift.alarms:
        return
    named = ", ".join(words(f"quality.what.{each}") for each in drift.alarms)
    said = f"{words('quality.drift.week', week=left_to_right(drift.week))}: {named}"
    heading = words.counted("quality.drift.alarms", len(drift.alarms))
    with st.container(key="dashboard-drift"):
        st.html(markup.callout_html("warning", said, heading))
        if present().may("quality.read"):
            st.button(
                words("quality.section.asked"),
                key="dashboard-to-drift",
                type="tertiary",
                icon=":material/arrow_forward:",
                on_click=open_place,
                args=("quality",),
            )


def _show_compared(found: Dashboard, words: Words) -> None:
    language = words.language
    spans = {name: span(each, found.zone, language) for name, each in (("now", found.now), ("before", found.before))}
    said = words("dashboard.compared", zone=found.zone, **spans)
    st.html(f'<p class="pd-quiet" role="status">{escape(said)}</p>')
    if not found.enough:
        counts = {"now": found.now.answers, "before": found.before.answers, "least": found.least}
        text = words("dashboard.few.text", **{name: number(each, language) for name, each in counts.items()})
        st.html(markup.callout_html("note", text, words("dashboard.few")))


def _measures(found: Dashboard) -> dict[str, _Measure]:
    """What there is to draw of these days."""
    currencies = {each.currency: None for line in found.trend for each in line.money}
    measures: dict[str, _Measure] = {
        "answers": (lambda line: line.answers or None, _whole, ",.0f"),
        "abstentions": (lambda line: line.abstained / line.answers if line.answers else None, share, ".0%"),
        "escalations": (lambda line: line.handed_over / line.answers if line.answers else None, share, ".0%"),
        "time": (lambda line: line.median_seconds, seconds, "~g"),
        "support": (lambda line: line.support, score, ".1f"),
    }
    if len(currencies) == 1:  # of several, no bar could be the sum
        name = next(iter(currencies))

        def paid(value: float | None, language: str) -> str:
            return money([] if value is None else [Money(amount=value, currency=name)], language)

        measures["cost"] = (lambda line: line.money[0].amount if line.money else None, paid, "~g")
    return measures


def _show_trend(found: Dashboard, words: Words) -> None:
    measures, language = _measures(found), words.language
    st.html(heading_html(words("dashboard.trend")))
    chosen = st.pills(
        words("dashboard.trend.measure"),
        list(measures),
        default="answers",
        required=True,
        format_func=lambda each: words(f"dashboard.{each}"),
        key="dashboard-measure",
        label_visibility="collapsed",
    )
    value, said, form = measures[chosen or "answers"]
    title = words(f"dashboard.{chosen or 'answers'}")
    rows = [
        {
            "day": day(line.day, language),
            "value": value(line),
            "said": said(value(line), language),
            "is_now": line.is_now,
        }
        for line in found.trend
    ]
    told = ", ".join(f"{row['day']}: {row['said']}" for row in rows if row["is_now"])
    with st.container(key="dashboard-trend"):
        chart = day_chart(rows, title, words("dashboard.column.day"), form)
        st.altair_chart(chart, width="stretch", alt=words("dashboard.trend.said", measure=title, now=told))
    st.html(f'<p class="pd-quiet">{escape(words("dashboard.trend.now"))}</p>')
    with st.expander(words("quality.as_table"), type="compact"):
        lines = [(str(row["day"]), str(row["said"]), bool(row["is_now"])) for row in rows]
        st.html(lists_markup.days_html(lines, title, words))


def _show_time_and_money(found: Dashboard, words: Words) -> None:
    language = words.language
    periods = [(words("dashboard.column.now"), found.now), (words("dashboard.column.before"), found.before)]
    names = [words(f"dashboard.phase.{phase}") for phase in PHASES]
    rows = [
        {
            "period": period,
            "phase": name,
            "place": place,
            "seconds": figures.seconds.phases[phase],
            "said": seconds(figures.seconds.phases[phase], language),
        }
        for period, figures in periods
        if figures.answers
        for place, (phase, name) in enumerate(zip(PHASES, names, strict=True))
    ]
    st.html(heading_html(words("dashboard.phases")))
    if rows:
        said = ", ".join(f"{row['period']}, {row['phase']}: {row['said']}" for row in rows)
        st.html(f'<p class="pd-quiet">{escape(words("dashboard.phases.text"))}</p>')
        with st.container(key="dashboard-phases"):
            st.altair_chart(phase_chart(rows, names, words("dashboard.column.phase")), width="stretch", alt=said)
        st.html(lists_markup.legend_html(words))
        with st.expander(words("quality.as_table"), type="compact"):
            st.html(lists_markup.phases_html(found, words))
    st.html(heading_html(words("dashboard.money")))
    if not found.models:
        st.html(f'<p class="pd-quiet">{escape(words("dashboard.cost.none"))}</p>')
        return
    st.html(lists_markup.models_html(found.models, words))
    if found.now.bill.unpriced:
        st.html(f'<p class="pd-quiet">{escape(words("dashboard.cost.list"))}</p>')


def _show_counted(found: Dashboard, words: Words) -> None:
    now, before = found.now.answers, found.before.answers
    parts: tuple[tuple[str, Sequence[Counted], int, int], ...] = (
        ("languages", found.languages, now, before),
        ("topics", found.topics, now, before),
        ("reasons", found.reasons, now, before),
        ("findings", found.findings, now, before),
        ("feedback", found.feedback, found.now.up + found.now.down, found.before.up + found.before.down),
    )
    with st.container(key="dashboard-counted"):
        for kind, items, of_now, of_before in parts:
            with st.container(key=f"dashboard-of-{kind}", gap=None):
                text = words.entries.get(f"dashboard.{kind}.text", "")
                about = f'<p class="pd-quiet">{escape(text)}</p>' if text else ""
                table = lists_markup.counted_html(kind, items, of_now, of_before, words)
                st.html(f"{heading_html(words(f'dashboard.{kind}'))}{about}{table}")


def _show_listed(what: str, answers: Sequence[Listed], desk: Desk, words: Words) -> None:
    if not answers:
        return
    with st.container(key=f"dashboard-list-{what}", gap=None):
        text = words.entries.get(f"dashboard.{what}.text", "")
        about = f'<p class="pd-quiet">{escape(text)}</p>' if text else ""
        st.html(f"{heading_html(words(f'dashboard.{what}'))}{about}")
        for each in answers:
            with st.container(key=f"listed-{what}-{each.id}", horizontal=True, vertical_alignment="center", wrap=False):
                title = _title(desk, each.conversation_id)
                st.html(lists_markup.listed_html(each, what, title, st.context.timezone, words))
                st.button(
                    plain_label(words("dashboard.look", number=each.id)),
                    key=f"record-{what}-{each.id}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    on_click=open_place,
                    args=("dashboard", str(each.id)),
                )


def _title(desk: Desk, conversation_id: str) -> str:
    """Of the conversation, as the sidebar has it for those who may read it; empty for others."""
    try:
        title = mine(desk).get(conversation_id).title
    except AppError:
        return ""
    return title if len(title) <= _TITLE_CHARACTERS else f"{title[: _TITLE_CHARACTERS - 1]}…"


def _whole(value: float | None, language: str) -> str:
    return number(value or 0, language)
