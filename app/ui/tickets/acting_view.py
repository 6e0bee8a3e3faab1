"""What an agent does with a ticket: look after it, note something, move it on, hand it over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.desk.inbox.records import InboxTicket
from app.desk.inbox.vocabulary import Status
from app.errors import AppError
from app.ui.case_markup import heading_html
from app.ui.own_name import own_name, remember_name, show_name_field
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.visiting import action, say_problem
from app.ui.wording import Words

_BY = "ticket-by"
_NOTE_CHARACTERS = 4000
_MOVES: dict[Status, tuple[Status, ...]] = {
    "open": ("closed", "waiting"),
    "waiting": ("closed", "open"),
    "closed": ("open",),
}


def show_acting(desk: Desk, ticket: InboxTicket, words: Words) -> None:
    """Draw the buttons, and the form of a note."""
    conversation_id = ticket.conversation_id
    st.html(heading_html(words("tickets.acting")))
    with st.container(key="ticket-acting", horizontal=True, vertical_alignment="bottom"):
        remember_name(show_name_field(words("case.by"), _BY, words("tickets.by.help"), 200))
        for status in _MOVES[ticket.status]:
            st.button(
                words(f"tickets.move.{status}"),
                key=f"ticket-move-{status}",
                type="primary" if status == "closed" else "secondary",
                on_click=done,
                args=(desk.inbox.tickets.set_status, conversation_id, status),
            )
        if ticket.status != "closed" and (not own_name() or ticket.assigned_to != own_name()):
            st.button(words("tickets.take"), key="ticket-take", on_click=_take, args=(desk, conversation_id, words))
        _show_handing_over(desk, ticket, words)
    with st.form("ticket-note", clear_on_submit=True, border=False):
        st.text_area(
            words("tickets.note"),
            key=f"ticket-note-{conversation_id}",
            max_chars=_NOTE_CHARACTERS,
            height=80,
            help=words("tickets.note.help"),
        )
        st.form_submit_button(
            words("tickets.note.add"), icon=":material/sticky_note_2:", on_click=_add_note, args=(desk, conversation_id)
        )


# In callbacks, which no later click can cut short.
@action("tickets.write")
def _add_note(desk: Desk, conversation_id: str) -> None:
    note = str(st.session_state.get(f"ticket-note-{conversation_id}", ""))
    try:
        desk.inbox.tickets.add_message(conversation_id, note, own_name(), internal=True)
    except AppError as error:
        say_problem(error)


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
        st.selectbox(words("queue.team"), desk.inbox.handing_over.teams(), key=f"ticket-team-{ticket.conversation_id}")
        st.text_area(
            words("tickets.hand_over.remark"),
            key=f"ticket-remark-{ticket.conversation_id}",
            max_chars=_NOTE_CHARACTERS,
            height=80,
        )
        st.form_submit_button(
            words("tickets.hand_over.go"),
            type="primary",
            on_click=_hand_over,
            args=(desk, ticket.conversation_id),
        )


@action("tickets.write")
def _hand_over(desk: Desk, conversation_id: str) -> None:
    team, remark = (str(st.session_state.get(f"ticket-{field}-{conversation_id}", "")) for field in ("team", "remark"))
    try:
        open_place("queue", str(desk.inbox.handing_over.hand_over(conversation_id, team, remark).id))
    except AppError as error:
        say_problem(error)


@action("tickets.write")
def done(act: Callable[..., Any], *arguments: Any) -> None:
    """Do it in the name that stands on the page now, and keep for the page what went wrong."""
    try:
        remember_name(str(st.session_state.get(_BY, "")))
        act(*arguments, by=own_name())
    except AppError as error:
        say_problem(error)


@action("tickets.write")
def _take(desk: Desk, conversation_id: str, words: Words) -> None:
    by = remember_name(str(st.session_state.get(_BY, "")))
    if not by.strip():
        st.session_state["problem"] = words("tickets.take.who")
        return
    done(desk.inbox.tickets.assign, conversation_id, by)
