"""What the customer of a ticket asked before, was told and was promised."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.desk.history.records import CustomerHistory
from app.desk.history.summing import sum_up
from app.desk.inbox.records import InboxTicket
from app.errors import AppError
from app.ui import markup
from app.ui.case_markup import heading_html
from app.ui.labels import plain_label
from app.ui.resources import Desk, model_name
from app.ui.session import open_place
from app.ui.source_markup import written_in
from app.ui.tickets.ticket_markup import earlier_html
from app.ui.times import shown_day
from app.ui.wording import Words


def show_history(desk: Desk, ticket: InboxTicket, words: Words) -> None:
    """Draw the earlier tickets, the newest first, and their sum where a model has made it."""
    with st.container(key="ticket-history", border=True):
        st.html(heading_html(words("tickets.history")))
        with st.spinner(words("tickets.history.summing")):
            history = desk.inbox.histories.before(ticket)
        if not history.tickets:
            st.html(f'<p class="pd-quiet">{escape(words("tickets.history.none"))}</p>')
            return
        _show_sum(desk, ticket, history, words)
        for each in history.tickets:
            with st.container(gap=None, key=f"earlier-{each.conversation_id}"):
                st.button(
                    plain_label(f"{each.number} · {each.title}"),
                    key=f"earlier-open-{each.conversation_id}",
                    type="tertiary",
                    help=words("tickets.duplicate.open", number=plain_label(each.number)),
                    on_click=open_place,
                    args=("tickets", each.conversation_id),
                )
                day = shown_day(each.received_at, words.language)
                state = words(f"tickets.status.{each.status}")
                st.html(f'<p class="pd-quiet">{escape(f"{day} · {state}")}</p>{earlier_html(each, words)}')
        if history.count > len(history.tickets):
            more = words("tickets.history.more", count=history.count - len(history.tickets))
            st.html(f'<p class="pd-quiet">{escape(more)}</p>')


def _show_sum(desk: Desk, ticket: InboxTicket, history: CustomerHistory, words: Words) -> None:
    """The model is asked only when somebody wants it: it may take its time."""
    key = f"history-{ticket.conversation_id}-{words.language}-{history.count}"
    known = st.session_state.get(key)
    if isinstance(known, str):
        if known:
            st.html(f'<p class="pd-history-sum" {written_in(words.language)}>{escape(known)}</p>')
        else:
            st.html(markup.callout_html("note", words("tickets.history.failed")))
        return
    try:
        if model_name(desk.assistant) is None:
            return
        if not st.button(words("tickets.history.sum"), key="history-sum", icon=":material/summarize:"):
            return
        with st.spinner(words("tickets.history.summing")):
            model = desk.inbox.model()
            st.session_state[key] = (sum_up(history, words.language, model) if model else None) or ""
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
        return
    st.rerun()
