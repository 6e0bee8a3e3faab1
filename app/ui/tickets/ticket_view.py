"""One ticket: its thread, what it is sorted as, what it repeats, the history of its customer, and what can be done."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.desk.inbox.records import Choices, InboxTicket
from app.desk.tickets import FIELDS
from app.ui.case_markup import heading_html
from app.ui.labels import plain_label
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.tickets import ticket_markup
from app.ui.tickets.acting_view import done, show_acting
from app.ui.tickets.draft_view import show_draft
from app.ui.tickets.history_view import show_history
from app.ui.tickets.list_markup import label_text
from app.ui.tickets.walking import walk
from app.ui.visiting import action, present
from app.ui.wording import Words


def show_ticket(desk: Desk, ticket: InboxTicket, words: Words) -> None:
    """Draw one ticket."""
    _show_ways(ticket, words)
    st.html(ticket_markup.head_html(ticket, words))
    _show_duplicates(desk, ticket, words)
    with st.container(key="ticket-page"):
        said, known = st.columns([1.9, 1], gap="large")
        with said:
            messages = desk.inbox.tickets.messages(ticket.conversation_id)
            st.html(ticket_markup.thread_html(messages, words, st.context.timezone))
            if present().may("tickets.write"):
                thread = desk.inbox.tickets.ticket(ticket.conversation_id, with_pictures=True)
                show_draft(desk, ticket.conversation_id, thread, words, present().audience)
                show_acting(desk, ticket, words)
        with known:
            _show_labels(desk, ticket, words)
            show_history(desk, ticket, words)


def _show_ways(ticket: InboxTicket, words: Words) -> None:
    place = walk()
    with st.container(key="ticket-ways", horizontal=True):
        st.button(
            words("tickets.back"),
            key="ticket-back",
            icon=":material/arrow_back:",
            type="tertiary",
            shortcut="U",
            on_click=open_place,
            args=("tickets",),
        )
        for key, by, shortcut, icon in (("before", -1, "K", "arrow_upward"), ("next", 1, "J", "arrow_downward")):
            beside = place.beside(ticket.conversation_id, by)
            st.button(
                words(f"tickets.{key}"),
                key=f"ticket-{key}",
                icon=f":material/{icon}:",
                type="tertiary",
                shortcut=shortcut,
                disabled=beside is None,
                on_click=open_place,
                args=("tickets", beside or ""),
            )


def _show_duplicates(desk: Desk, ticket: InboxTicket, words: Words) -> None:
    repeated = desk.inbox.tickets.duplicates_of(ticket.conversation_id)
    if not ticket.duplicate_of and not repeated:
        return
    with st.container(key="ticket-duplicates"):
        if ticket.duplicate_of:
            st.html(ticket_markup.duplicate_html(ticket, words))
        with st.container(horizontal=True):
            if ticket.duplicate_of:
                _way_to(ticket.duplicate_of, words("tickets.duplicate.open", number=ticket.duplicate_number))
                st.button(
                    words("tickets.duplicate.is_none"),
                    key="ticket-no-duplicate",
                    disabled=not present().may("tickets.write"),
                    type="tertiary",
                    icon=":material/close:",
                    on_click=done,
                    args=(desk.inbox.tickets.is_no_duplicate, ticket.conversation_id),
                )
            for each in repeated:
                _way_to(each.conversation_id, words("tickets.duplicate.repeated", number=each.number))


def _way_to(conversation_id: str, label: str) -> None:
    st.button(
        plain_label(label),
        key=f"ticket-way-{conversation_id}",
        type="tertiary",
        icon=":material/arrow_forward:",
        on_click=open_place,
        args=("tickets", conversation_id),
    )


def _show_labels(desk: Desk, ticket: InboxTicket, words: Words) -> None:
    choices = desk.inbox.tickets.choices()
    with st.container(key="ticket-labels", border=True):
        st.html(heading_html(words("tickets.labels")))
        for field in FIELDS:
            _show_label(desk, ticket, field, choices, words)
        if html := ticket_markup.corrections_html(desk.inbox.tickets.corrections(ticket.conversation_id), words):
            st.html(html)


def _show_label(desk: Desk, ticket: InboxTicket, field: str, choices: Choices, words: Words) -> None:
    label = ticket.labels[field]
    # With the value in it: another value, as an import may bring, is another field, and no old choice lives on in it.
    key = f"label-{field}-{ticket.conversation_id}-{label.value}"
    values = sorted({*choices.of(field), *filter(None, [label.value])})
    st.selectbox(
        words(f"tickets.{field}"),
        values,
        index=values.index(label.value) if label.value else None,
        format_func=lambda value: label_text(field, value, words),
        placeholder=words("tickets.label.none"),
        accept_new_options=True,
        key=key,
        disabled=not present().may("tickets.write"),
        on_change=_correct,
        args=(desk, ticket.conversation_id, field, key),
    )
    st.html(ticket_markup.why_html(field, label, words))
    if label.by == "triage" and present().may("tickets.write"):
        st.button(
            words("tickets.label.right"),
            key=f"right-{field}-{ticket.conversation_id}",
            type="tertiary",
            icon=":material/check:",
            help=words("tickets.label.right.help", field=escape(words(f"tickets.{field}"))),
            on_click=done,
            args=(desk.inbox.tickets.correct, ticket.conversation_id, field, label.value),
        )


@action("tickets.write")
def _correct(desk: Desk, conversation_id: str, field: str, key: str) -> None:
    value = st.session_state.get(key)
    if value:
        done(desk.inbox.tickets.correct, conversation_id, field, str(value))
