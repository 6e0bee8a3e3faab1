"""The sidebar: a new conversation, the other pages, and the list of the earlier conversations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from app.accounts.visitor import Visitor
from app.conversations.records import Conversation
from app.errors import AppError
from app.ui.accounts.sign_in_view import show_way_out
from app.ui.gone import redrawn
from app.ui.labels import plain_label
from app.ui.language_view import show_language_choice
from app.ui.model_view import show_model_choice
from app.ui.pacing import Pace
from app.ui.places import pages_for
from app.ui.resources import Desk
from app.ui.session import (
    close_dialog,
    open_dialog,
    open_place,
    select_conversation,
    selected_conversation,
    selected_place,
    show_dialog,
)
from app.ui.style import brand_html
from app.ui.visiting import are_running, mine
from app.ui.wording import Words

_FIRST, _LISTED = 20, 60  # conversations in the list, at first and when more are wanted
_WHOLE_LIST = "whole-list"
_TITLE_CHARACTERS = 200
# What the visitor asked is told soon; what others did, where everybody sees everything, without working for it alone.
_OWN, _OTHERS = Pace(least_s=1.0, together=5), Pace(least_s=1.0, together=1)


def show_sidebar(desk: Desk, visitor: Visitor, words: Words) -> None:
    """Draw the sidebar, and the dialog that one of its menus opened."""
    listed = _LISTED if st.session_state.get(_WHOLE_LIST) else _FIRST
    found = mine(desk).list(listed + 1)
    conversations, there_are_more = found[:listed], len(found) > listed
    selected = selected_conversation()
    with st.sidebar:
        st.html(brand_html(words("name"), words("tagline")))
        if visitor.may("chat.ask"):
            st.button(
                words("sidebar.new"),
                key="new-conversation",
                icon=":material/add:",
                type="primary",
                width="stretch",
                on_click=select_conversation,
                args=(None,),
            )
        for page in pages_for(visitor):
            label = page.label(desk, words)
            st.button(
                label, key=f"go-{page.place}", icon=page.icon, width="stretch", on_click=open_place, args=(page.place,)
            )
        if not conversations:
            st.html(f'<p class="pd-quiet">{words("sidebar.empty")}</p>')
        for age, group in groupby(conversations, key=_age):
            st.html(f'<p class="pd-age" role="heading" aria-level="2">{words(f"sidebar.{age}")}</p>')
            with st.container(key=f"list-{age}", gap=None):
                for conversation in group:
                    _show_row(conversation, conversation.id == selected, visitor, words)
        if there_are_more and listed == _FIRST:
            st.button(
                words("sidebar.more"),
                key="more-conversations",
                type="tertiary",
                icon=":material/expand_more:",
                on_click=_show_more,
            )
        _watch(desk, visitor, [each for each in conversations if each.running and each.id != selected])
        with st.container(key="sidebar-foot"):
            if selected_place() is None and visitor.may("chat.ask"):
                show_model_choice(desk, words)
            show_language_choice(words)
            show_way_out(visitor, words)
    _show_dialog(desk, words)


def _show_more() -> None:
    st.session_state[_WHOLE_LIST] = True


def _show_row(conversation: Conversation, is_selected: bool, visitor: Visitor, words: Words) -> None:
    title = conversation.title or words("sidebar.untitled")
    state = "current" if is_selected else "other"
    with st.container(
        key=f"row-{state}-{conversation.id}", horizontal=True, wrap=False, gap=None, vertical_alignment="center"
    ):
        st.button(
            plain_label(title),
            key=f"open-{conversation.id}",
            type="tertiary",
            width="stretch",
            icon="spinner" if conversation.running else None,
            help=_help(conversation, visitor, words),
            on_click=select_conversation,
            args=(conversation.id,),
        )
        if not visitor.may_change_conversation(conversation.owner):
            return
        chosen = st.menu_button(
            words("sidebar.options", title=plain_label(title)),
            ("rename", "delete"),
            key=f"menu-{conversation.id}",
            type="tertiary",
            icon=":material/more_horiz:",
            format_func=lambda option: words(f"sidebar.{option}"),
        )
    if chosen == "rename":
        show_dialog("rename", conversation.id)
    elif chosen == "delete":
        show_dialog("delete", conversation.id)


def _help(conversation: Conversation, visitor: Visitor, words: Words) -> str | None:
    if conversation.running:
        return words("sidebar.running")
    if visitor.signed_in and conversation.owner not in (None, visitor.owner):
        return words("sidebar.of", name=plain_label(conversation.owner or ""))
    return None


def _watch(desk: Desk, visitor: Visitor, running: Sequence[Conversation]) -> None:
    """Redraw the page once one of these conversations has its answer; draws nothing itself."""
    if not running:
        return
    awaited = {each.id for each in running}
    are_own = visitor.signed_in and all(each.owner == visitor.owner for each in running)

    def look() -> None:
        if not are_running(desk, awaited):
            st.rerun()

    redrawn(look, (_OWN if are_own else _OTHERS).seconds())()


def _show_dialog(desk: Desk, words: Words) -> None:
    wanted = open_dialog()
    if wanted is None:
        return
    try:
        conversation = mine(desk).get(wanted.conversation_id)
    except AppError:
        close_dialog()
        return
    title = words(f"{wanted.kind}.title")
    body = _rename if wanted.kind == "rename" else _delete
    st.dialog(title, on_dismiss=close_dialog)(body)(desk, conversation, words)


def _rename(desk: Desk, conversation: Conversation, words: Words) -> None:
    with st.form("rename", border=False):
        title = st.text_input(words("rename.label"), conversation.title, max_chars=_TITLE_CHARACTERS)
        with st.container(horizontal=True, horizontal_alignment="right"):
            cancelled = st.form_submit_button(words("dialog.cancel"), type="tertiary")
            saved = st.form_submit_button(words("rename.save"), type="primary")
    if saved:
        try:
            mine(desk).rename(conversation.id, title)
        except AppError as error:
            st.error(str(error))
            return
    if saved or cancelled:
        close_dialog()
        st.rerun()


def _delete(desk: Desk, conversation: Conversation, words: Words) -> None:
    st.markdown(words("delete.text", title=plain_label(conversation.title or words("sidebar.untitled"))))
    with st.container(horizontal=True, horizontal_alignment="right"):
        cancelled = st.button(words("dialog.cancel"), key="delete-cancel", type="tertiary")
        confirmed = st.button(words("delete.confirm"), key="delete-confirm", type="primary")
    if confirmed:
        try:
            mine(desk).delete(conversation.id)
        except AppError as error:
            st.error(str(error))
            return
        if selected_conversation() == conversation.id:
            select_conversation(None)
    if confirmed or cancelled:
        close_dialog()
        st.rerun()


def _age(conversation: Conversation) -> str:
    """``today``, ``yesterday`` or ``earlier``, by the browser's clock."""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    today = datetime.now(UTC).astimezone(zone).date()
    day = conversation.updated_at.astimezone(zone).date()
    if day >= today:
        return "today"
    return "yesterday" if day == today - timedelta(days=1) else "earlier"
