"""The list of tickets: searched, filtered, sorted, and walked through with the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from app.desk.inbox.records import ORDERS, Choices, InboxTicket, Order, TicketFilter, TicketPage
from app.desk.inbox.vocabulary import STATUSES
from app.errors import AppError
from app.ui import markup
from app.ui.labels import plain_label
from app.ui.languages import language_name
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.tickets.list_markup import label_text, row_html
from app.ui.tickets.walking import Walk, walk
from app.ui.visiting import present
from app.ui.wording import Words
from ingest.ledger.reading import readable_by

_AT_ONCE = 25
_FIELDS = ("queue", "language", "priority", "sentiment")
_SEARCH_CHARACTERS = 300


def show_list(desk: Desk, words: Words) -> None:
    """Draw the filters, and the tickets that they let pass."""
    with st.container(key="inbox-head", horizontal=True, vertical_alignment="bottom"):
        st.html(f'<h1 class="pd-welcome">{escape(words("tickets.heading"))}</h1>')
    try:
        wanted, order = _wanted(desk, words)
        if wanted is None:
            return
        place = walk()
        page = desk.inbox.tickets.list(wanted, order, _AT_ONCE, place.first)
        if not page.tickets and place.first:
            place = place.restarted()
            page = desk.inbox.tickets.list(wanted, order, _AT_ONCE, 0)
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
        return
    place.seen([each.conversation_id for each in page.tickets], page.count)
    _show_count(page, place, wanted, words)
    for row, ticket in enumerate(page.tickets):
        _show_row(ticket, row == place.row, words)
    _show_ways(page, place, words)


def _wanted(desk: Desk, words: Words) -> tuple[TicketFilter | None, Order]:
    """The filter that the page is set to; None where there is nothing to filter."""
    choices = desk.inbox.tickets.choices()
    if not choices.languages:
        st.html(markup.callout_html("note", words("tickets.none.text"), words("tickets.none.heading")))
        st.code(words("tickets.none.command"), language=None)
        return None, "waiting"
    with st.container(key="inbox-search", horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            words("tickets.search"),
            type="search",
            key="tickets-search",
            max_chars=_SEARCH_CHARACTERS,
            placeholder=words("tickets.search.help"),
            label_visibility="collapsed",
            persist_state="session",
            on_change=_restart,
        )
        order = st.selectbox(
            words("tickets.order"),
            ORDERS,
            format_func=lambda each: words(f"tickets.order.{each}"),
            key="tickets-order",
            label_visibility="collapsed",
            persist_state="session",
            on_change=_restart,
            width=190,
        )
        filters = _narrowed(choices, words)
    statuses = st.pills(
        words("tickets.status"),
        STATUSES,
        selection_mode="multi",
        default=("open", "waiting"),
        format_func=lambda each: words(f"tickets.status.{each}"),
        key="tickets-statuses",
        label_visibility="collapsed",
        persist_state="session",
        on_change=_restart,
    )
    wanted = replace(filters, statuses=tuple(statuses))
    return _searched(desk, wanted, (text or "").strip(), words), order or "waiting"


def _narrowed(choices: Choices, words: Words) -> TicketFilter:
    chosen: dict[str, str] = {}
    set_ = sum(bool(st.session_state.get(f"tickets-{field}")) for field in (*_FIELDS, "duplicates", "customer"))
    label = words.counted("tickets.filters.set", set_) if set_ else words("tickets.filters")
    with st.popover(label, icon=":material/filter_list:", key="tickets-filters"):
        for field in _FIELDS:
            values = choices.languages if field == "language" else choices.of(field)
            chosen[field] = _choice(field, values, words)
        duplicates = _choice("duplicates", ("only", "without"), words)
        customer = st.text_input(
            words("tickets.customer"), key="tickets-customer", persist_state="session", on_change=_restart
        )
    return TicketFilter(
        queue=chosen["queue"],
        language=chosen["language"],
        priority=chosen["priority"],
        sentiment=chosen["sentiment"],
        customer_id=(customer or "").strip(),
        audiences=readable_by(present().audience),
        duplicates=None if not duplicates else duplicates == "only",
    )


def _choice(field: str, values: Sequence[str], words: Words) -> str:
    def shown(value: str) -> str:
        if not value:
            return words("tickets.any")
        return language_name(value, words.language) if field == "language" else label_text(field, value, words)

    chosen = st.selectbox(
        words(f"tickets.{field}"),
        ("", *values),
        format_func=shown,
        key=f"tickets-{field}",
        persist_state="session",
        on_change=_restart,
    )
    return chosen or ""


def _searched(desk: Desk, wanted: TicketFilter, text: str, words: Words) -> TicketFilter:
    if not text:
        return wanted
    with st.spinner(words("tickets.searching")):
        found = desk.inbox.search.find(text)
    if found.by_words_only:
        st.html(markup.callout_html("warning", words("tickets.words_only")))
    return replace(wanted, ids=found.ids)


def _show_count(page: TicketPage, place: Walk, wanted: TicketFilter, words: Words) -> None:
    if not page.tickets:
        bare = TicketFilter(wanted.statuses, audiences=wanted.audiences)
        key = "tickets.done" if wanted == bare else "tickets.nothing"
        st.html(f'<p class="pd-quiet" role="status">{escape(words(key))}</p>')
        return
    count = words.counted("tickets.found", page.count)
    if page.count > len(page.tickets):
        last = place.first + len(page.tickets)
        count = words("tickets.some", first=place.first + 1, last=last, count=page.count)
    keys = "".join(f"<kbd>{key}</kbd>" for key in "JKO")
    st.html(
        f'<p class="pd-quiet pd-keys" role="status">{escape(count)}'
        f'<span class="pd-key-help">{keys} {escape(words("tickets.keys"))}</span></p>'
    )


def _show_row(ticket: InboxTicket, is_current: bool, words: Words) -> None:
    state = "current" if is_current else "other"
    with st.container(
        key=f"ticket-{state}-{ticket.conversation_id}", horizontal=True, vertical_alignment="center", gap=None
    ):
        st.button(
            plain_label(ticket.title or words("sidebar.untitled")),
            key=f"ticket-open-{ticket.conversation_id}",
            type="tertiary",
            width="stretch",
            on_click=open_place,
            args=("tickets", ticket.conversation_id),
        )
        st.html(row_html(ticket, words))


def _show_ways(page: TicketPage, place: Walk, words: Words) -> None:
    """Pages, and the buttons behind the keys, which are there for those that use no keys, too."""
    current = place.current()
    with st.container(key="inbox-ways", horizontal=True, horizontal_alignment="center"):
        st.button(
            words("tickets.page.before"),
            key="tickets-page-before",
            icon=":material/chevron_left:",
            type="tertiary",
            disabled=place.first == 0,
            on_click=place.turn,
            args=(-_AT_ONCE,),
        )
        st.button(
            words("tickets.page.after"),
            key="tickets-page-after",
            icon=":material/chevron_right:",
            icon_position="right",
            type="tertiary",
            disabled=place.first + len(page.tickets) >= page.count,
            on_click=place.turn,
            args=(_AT_ONCE,),
        )
    with st.container(key="inbox-keys", horizontal=True):
        st.button(words("tickets.next"), key="tickets-down", shortcut="J", on_click=place.move, args=(1,))
        st.button(words("tickets.before"), key="tickets-up", shortcut="K", on_click=place.move, args=(-1,))
        st.button(
            words("tickets.open"),
            key="tickets-open",
            shortcut="O",
            disabled=current is None,
            on_click=open_place,
            args=("tickets", current or ""),
        )


def _restart() -> None:
    walk().restarted()
