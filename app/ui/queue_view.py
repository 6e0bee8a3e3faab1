"""The queue of cases that wait for a person."""

from __future__ import annotations

import streamlit as st

from app.errors import AppError
from app.escalations.records import PRIORITIES, STATES, WAITING, Escalation
from app.ui import markup
from app.ui.case_markup import card_html
from app.ui.case_view import require_case, show_case
from app.ui.resources import Desk
from app.ui.session import open_place, selected_number
from app.ui.visiting import present, saw
from app.ui.wording import Words


def show_queue(desk: Desk, words: Words) -> None:
    """Draw the case in the address, or the list of them."""
    if problem := st.session_state.pop("problem", None):
        st.html(markup.callout_html("error", problem))
    number = selected_number("queue")
    if number is not None:
        try:
            require_case(desk, number)
            case = desk.escalations.get(number)
            saw(desk, "case.opened", f"case:{number}")
        except AppError:
            st.html(markup.callout_html("error", words("case.missing")))
        else:
            show_case(desk, case, words)
            return
    _show_list(desk, words)


def _show_list(desk: Desk, words: Words) -> None:
    st.html(f'<h1 class="pd-welcome">{words("queue.heading")}</h1><p class="pd-lead">{words("queue.text")}</p>')
    states = st.pills(
        words("queue.state"),
        STATES,
        selection_mode="multi",
        default=WAITING,
        format_func=lambda state: words(f"case.state.{state}"),
        key="queue-states",
    )
    with st.container(key="queue-narrowed", horizontal=True):
        teams = (None, *desk.escalations.teams())
        team = st.selectbox(words("queue.team"), teams, format_func=lambda each: each or words("queue.any"))
        priority = st.selectbox(
            words("queue.priority"),
            (None, *PRIORITIES),
            format_func=lambda each: words("queue.any") if each is None else words(f"case.priority.{each}"),
        )
    try:
        listed = desk.escalations.list(states, team, priority)
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
        return
    visitor = present()
    cases = [case for case in listed if visitor.may_read_case(case.packet.audience)]
    found = words.counted("queue.found", len(cases)) if cases else words("queue.empty")
    st.html(f'<p class="pd-quiet" role="status">{found}</p>')
    for case in cases:
        _show_card(case, words)


def _show_card(case: Escalation, words: Words) -> None:
    with st.container(key=f"case-{case.priority}-{case.id}"):
        st.html(card_html(case, words))
        st.button(
            words("queue.look", number=case.id),
            key=f"look-{case.id}",
            type="tertiary",
            icon=":material/arrow_forward:",
            on_click=open_place,
            args=("queue", str(case.id)),
        )
