"""One case: all that is known of it, and what a person can do with it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from app.accounts.visitor import RefusedError, Visitor
from app.errors import AppError
from app.escalations.packet import Packet
from app.escalations.records import Escalation
from app.ui import case_markup, markup
from app.ui.answer_view import draw_panels
from app.ui.own_name import own_name, remember_name, show_name_field
from app.ui.resources import Desk
from app.ui.search_markup import hit_html
from app.ui.session import open_place, select_conversation
from app.ui.visiting import action, mine, present, say_problem
from app.ui.wording import Words

_BY = "case-by"
_REMARK_CHARACTERS = 4000
_NO_MESSAGE = 0  # in the place of a message's id: this page shows none


def show_case(desk: Desk, case: Escalation, words: Words) -> None:
    """Draw the case, what to do first and the buttons to do it, then its packet."""
    with st.container(key="case-ways", horizontal=True):
        st.button(
            words("case.back"),
            key="case-back",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=open_place,
            args=("queue",),
        )
        if is_ticket := desk.inbox.tickets.is_ticket(case.conversation_id):
            shown = present().may("tickets.read")
        else:
            shown = mine(desk).may_read(case.conversation_id)
        if shown:
            st.button(
                words("case.open_ticket") if is_ticket else words("case.open_conversation"),
                key="case-conversation",
                icon=":material/forum:",
                type="tertiary",
                on_click=open_place if is_ticket else select_conversation,
                args=("tickets", case.conversation_id) if is_ticket else (case.conversation_id,),
            )
    st.html(case_markup.head_html(case, words))
    st.html(case_markup.asked_html(case.packet, words))
    if answer := case_markup.answer_html(case, words):
        st.html(answer)
    if case.state != "closed" and present().may("cases.work"):
        _show_actions(desk, case, words)
    _show_packet(case.packet, words)


def _show_actions(desk: Desk, case: Escalation, words: Words) -> None:
    with st.form("case-actions"):
        by = show_name_field(words("case.by"), _BY, words("case.by.help"))
        answer = ""
        if case.state != "answered":
            answer = st.text_area(
                words("case.answer.label"),
                key=f"answer-{case.id}",
                max_chars=_REMARK_CHARACTERS,
                help=words("case.answer.help"),
            )
        remark = st.text_area(words("case.remark.label"), key=f"remark-{case.id}", max_chars=_REMARK_CHARACTERS)
        with st.container(horizontal=True, horizontal_alignment="right"):
            closed = st.form_submit_button(words("case.close"), type="secondary")
            answered = case.state != "answered" and st.form_submit_button(words("case.answer"), type="secondary")
            acknowledged = case.state == "open" and st.form_submit_button(words("case.acknowledge"), type="primary")
    if not (acknowledged or answered or closed):
        return
    remember_name(by)
    _move(desk, case, "close" if closed else "answer" if answered else "acknowledge", remark, answer)
    st.rerun()


@action("cases.work")
def _move(
    desk: Desk, case: Escalation, how: Literal["acknowledge", "answer", "close"], remark: str, answer: str = ""
) -> None:
    try:
        require_case(desk, case.id)
        by = own_name()
        if how == "answer" or (how == "close" and answer.strip()):
            desk.escalations.answer(case.id, by, answer)
        if how == "close":
            desk.escalations.close(case.id, by, remark)
        elif how == "acknowledge":
            desk.escalations.acknowledge(case.id, by)
    except AppError as error:
        say_problem(error)


def require_case(desk: Desk, number: int) -> Visitor:
    """The visitor, who may see this case.

    :raises AppError: it is not there, or what was found for it is for others.
    """
    visitor = present()
    if not visitor.may_read_case(desk.escalations.get(number).packet.audience):
        raise RefusedError("cases.read")
    return visitor


def _show_packet(packet: Packet, words: Words) -> None:
    if packet.answered:
        st.html(case_markup.heading_html(words("case.answered")))
        st.html(markup.sentences_html(packet.answered, packet.found, packet.language, _NO_MESSAGE, words))
    st.html(case_markup.heading_html(words("case.found")))
    if not packet.found:
        st.html(markup.callout_html("note", packet.search_problem or words("case.found.nothing")))
    for source in packet.found:
        st.html(hit_html(source, _NO_MESSAGE, words))
    draw_panels(packet.found, _NO_MESSAGE, words)
    parts = (
        markup.contradictions_html(packet.contradictions, _NO_MESSAGE, words),
        case_markup.withheld_list_html(packet, words),
        case_markup.findings_html(packet.findings, words),
        case_markup.reasons_html(packet.reasons, words),
        case_markup.summary_html(packet, words),
        case_markup.conversation_html(packet.conversation, words),
    )
    for html in filter(None, parts):
        st.html(html)
