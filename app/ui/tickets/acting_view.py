"""What an agent does with a ticket: look after it, note something, move it on, hand it over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.desk.inbox.records import InboxTicket
from app.desk.inbox.vocabulary import Status
from app.errors import AppError
from app.ui.case_markup import heading_html
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.wording import Words

_BY = "ticket-by"
_NAME = "own-name"  # outlives the field, and is that of the page of cases
_NAME_CHARACTERS = 200
_NOTE_CHARACTERS = 4000
_MOVES: dict[Status, tuple[Status, ...]] = {
    "open": ("closed", "waiting"),
    "waiting": ("closed", "open"),
    "closed": ("open",),
}


def agent_name() -> str:
    """Who works on this page; empty where nobody has said so."""
    return str(st.session_state.get(_NAME, ""))


def show_acting(desk: Desk, ticket: InboxTicket, words: Words) -> None:
    """Draw the buttons, and the form of a note."""
    conversation_id = ticket.conversation_id
    st.html(heading_html(words("tickets.acting")))
    with st.container(key="ticket-acting", horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(_BY, agent_name())
        st.text_input(
            words("case.by"),
            key=_BY,
            max_chars=_NAME_CHARACTERS,
            help=words("tickets.by.help"),
            width=200,
            on_change=_remember,
        )
        for status in _MOVES[ticket.status]:
            st.button(
                words(f"tickets.move.{status}"),
                key=f"ticket-move-{status}",
                type="primary" if status == "closed" else "secondary",
                on_click=done,
                args=(desk.inbox.tickets.set_status, conversation_id, status),
            )
        if ticket.status != "closed" and (not agent_name() or ticket.assigned_to != agent_name()):
            st.button(words("tickets.take"), key="ticket-take", on_click=_take, args=(desk, conversation_id, words))
        _show_handing_over(desk, ticket, words)
    with st.form("ticket-note", clear_on_submit=True, border=False):
        note = st.text_area(
            words("tickets.note"), max_chars=_NOTE_CHARACTERS, height=80, help=words("tickets.note.help")
        )
        added = st.form_submit_button(words("tickets.note.add"), icon=":material/sticky_note_2:")
    if added:
        try:
            desk.inbox.tickets.add_message(conversation_id, note, agent_name(), internal=True)
        except AppError as error:
            st.session_state["problem"] = str(error)
        st.rerun()


def _show_handing_over(desk: Desk, ticket: InboxTicket, words: Words) -> None:
    cases = desk.escalations.of_conversation(ticket.conversation_id).values()
    if case := next((each for each in cases if each.state != "closed"), None):
        st.button(
            words("tickets.case", number=case.id),
            key="ticket-case",
            icon=":material/support_agent:",
            on_click=open_place,
            args=("queue", str(case.id)),
        )
        return
    popover = st.popover(words("tickets.hand_over"), icon=":material/support_agent:", key="ticket-hand-over")
    with popover, st.form("hand-over", border=False):
        team = st.selectbox(words("queue.team"), desk.inbox.handing_over.teams())
        remark = st.text_area(words("tickets.hand_over.remark"), max_chars=_NOTE_CHARACTERS, height=80)
        handed = st.form_submit_button(words("tickets.hand_over.go"), type="primary")
    if not handed:
        return
    try:
        with st.spinner(words("tickets.searching")):
            number = desk.inbox.handing_over.hand_over(ticket.conversation_id, team, remark).id
        open_place("queue", str(number))
    except AppError as error:
        st.session_state["problem"] = str(error)
    st.rerun()


def _remember() -> None:
    st.session_state[_NAME] = st.session_state.get(_BY, "")


def done(action: Callable[..., Any], *arguments: Any) -> None:
    """Do it in the name that stands on the page now, and keep for the page what went wrong."""
    try:
        action(*arguments, by=agent_name())
    except AppError as error:
        st.session_state["problem"] = str(error)


def _take(desk: Desk, conversation_id: str, words: Words) -> None:
    if not agent_name().strip():
        st.session_state["problem"] = words("tickets.take.who")
        return
    done(desk.inbox.tickets.assign, conversation_id, agent_name())
