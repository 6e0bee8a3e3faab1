"""The page of tickets."""

from __future__ import annotations

import streamlit as st

from app.accounts.visitor import RefusedError
from app.desk.inbox.records import InboxTicket
from app.errors import AppError
from app.ui import markup
from app.ui.resources import Desk
from app.ui.session import selected_item
from app.ui.tickets.list_view import show_list
from app.ui.tickets.ticket_view import show_ticket
from app.ui.visiting import present, saw
from app.ui.wording import Words
from ingest.ledger.reading import readable_by


def show_tickets(desk: Desk, words: Words) -> None:
    """Draw the ticket in the address, or the list of them."""
    if problem := st.session_state.pop("problem", None):
        st.html(markup.callout_html("error", problem))
    conversation_id = selected_item("tickets")
    if conversation_id:
        try:
            ticket = _readable(desk, conversation_id)
            saw(desk, "ticket.opened", f"ticket:{conversation_id}", ticket.customer_id)
        except AppError:
            st.html(markup.callout_html("error", words("tickets.missing")))
        else:
            show_ticket(desk, ticket, words)
            return
    show_list(desk, words)


def open_tickets(desk: Desk) -> int:
    """How many wait that the visitor may read."""
    return desk.inbox.tickets.open_count(readable_by(present().audience))


def _readable(desk: Desk, conversation_id: str) -> InboxTicket:
    """:raises AppError: it is not there, or for others."""
    ticket = desk.inbox.tickets.get(conversation_id)
    if ticket.audience not in readable_by(present().audience):
        raise RefusedError("tickets.read")
    return ticket
