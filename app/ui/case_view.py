"""One case: all that is known of it, and what a person can do with it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from app.accounts.visitor import RefusedError, Visitor
from app.errors import AppError
from app.escalations.packet import Packet
from app.escalations.records import Escalation, State
from app.ui import case_markup, markup
from app.ui.answer_view import draw_panels
from app.ui.own_name import remember_name, show_name_field
from app.ui.resources import Desk
from app.ui.search_markup import hit_html
from app.ui.session import open_place, select_conversation
from app.ui.visiting import action, mine, present, say_problem
from app.ui.wording import Words

_BY = "case-by"
_REMARK_CHARACTERS = 4000
Move = Literal["acknowledge", "answer", "close"]
_MOVES: dict[State, tuple[Move, ...]] = {
    "open": ("close", "answer", "acknowledge"),
    "acknowledged": ("close", "answer"),
    "answered": ("close",),
    "closed": (),
}
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
        show_name_field(words("case.by"), _BY, words("case.by.help"))
        if case.state != "answered":
            st.text_area(
                words("case.answer.label"),
                key=_answer_key(case),
                max_chars=_REMARK_CHARACTERS,
                help=words("case.answer.help"),
            )
        st.text_area(words("case.remark.label"), key=_remark_key(case), max_chars=_REMARK_CHARACTERS)
        with st.container(horizontal=True, horizontal_alignment="right"):
            for how in _MOVES[case.state]:
                st.form_submit_button(
                    words(f"case.{how}"),
                    type="primary" if how == "acknowledge" else "secondary",
                    on_click=_move,
                    args=(desk, case, how),
                )


# In a callback, which no later click can cut short.
@action("cases.work")
def _move(desk: Desk, case: Escalation, how: Move) -> None:
    remark, answer = (str(st.session_state.get(key, "")) for key in (_remark_key(case), _answer_key(case)))
    try:
        require_case(desk, case.id)
        by = remember_name(str(st.session_state.get(_BY, "")))
        if how == "answer" or (how == "close" and answer.strip()):
            desk.escalations.answer(case.id, by, answer)
        if how == "close":
            desk.escalations.close(case.id, by, remark)
        elif how == "acknowledge":
            desk.escalations.acknowledge(case.id, by)
    except AppError as error:
        say_problem(error)


def _answer_key(case: Escalation) -> str:
    return f"answer-{case.id}"


def _remark_key(case: Escalation) -> str:
    return f"remark-{case.id}"


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
