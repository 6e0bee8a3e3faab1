"""The changes of the documents, the newest first."""

from __future__ import annotations

import streamlit as st

from app.desk.changes.brief import Brief
from app.desk.changes.desk import RECENT
from app.errors import AppError
from app.ui import markup
from app.ui.changes.change_view import show_change
from app.ui.changes.markup import card_html
from app.ui.own_name import own_name, remember_name, show_name_field
from app.ui.resources import Desk
from app.ui.session import open_place, selected_item
from app.ui.visiting import present
from app.ui.wording import Words
from ingest.errors import IngestError
from prompts.updates import update_words

_SHOWN = 30
_MORE = "changes-shown"
_COUNTED = "changes-counted"  # what the sidebar says
_FILTERS = ("unread", "meaning", "all")


def show_changes(desk: Desk, words: Words) -> None:
    """Draw the change in the address, or the list of them."""
    if problem := st.session_state.pop("problem", None):
        st.html(markup.callout_html("error", problem))
    try:
        if item := selected_item("changes"):
            brief = desk.changes.briefs.one(item, present().audience)
            if brief is not None:
                show_change(desk, brief, words)
                return
            st.html(markup.callout_html("error", words("changes.missing")))
        _show_list(desk, words)
    except (AppError, IngestError) as error:
        st.html(markup.callout_html("error", str(error)))


def unread_by_me(desk: Desk) -> int:
    """How many changes whoever sits here has not confirmed."""
    count = st.session_state[_COUNTED] = desk.changes.unread(own_name(), present().audience)
    return count


def _show_list(desk: Desk, words: Words) -> None:
    st.html(f'<h1 class="pd-welcome">{words("changes.heading")}</h1><p class="pd-lead">{words("changes.text")}</p>')
    with st.spinner(words("changes.comparing")):
        briefs = desk.changes.briefs.of(audience=present().audience, most=RECENT)
    if st.session_state.get(_COUNTED) != desk.changes.unread(own_name(), present().audience):
        st.rerun()  # the sidebar was drawn before there were briefs to count
    if not briefs:
        with st.container(key="changes-empty"):
            st.html(markup.callout_html("note", words("changes.none")))
        return
    with st.container(key="changes-narrowed", horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            words("changes.filter"),
            _FILTERS,
            default="all",
            format_func=lambda each: words(f"changes.filter.{each}"),
            key="changes-filter",
        )
        remember_name(show_name_field(words("changes.by"), "changes-name", words("changes.by.help")))
    read = desk.changes.confirmations.read_by(own_name())
    wanted = [brief for brief in briefs if _is_wanted(brief, chosen or "all", brief.id in read)]
    found = words.counted("changes.found", len(wanted)) if wanted else words(f"changes.empty.{chosen or 'all'}")
    st.html(f'<p class="pd-quiet" role="status">{found}</p>')
    most = int(st.session_state.get(_MORE, _SHOWN))
    for brief in wanted[:most]:
        _show_card(brief, brief.id in read, words)
    if len(wanted) > most:
        st.button(words("changes.more"), key="changes-more", on_click=_show_more, args=(most + _SHOWN,))


def _is_wanted(brief: Brief, chosen: str, is_read: bool) -> bool:
    if chosen == "unread":
        return brief.is_meaning and not is_read
    return chosen == "all" or brief.is_meaning


def _show_card(brief: Brief, is_read: bool, words: Words) -> None:
    state = "read" if is_read or not brief.is_meaning else "unread"
    with st.container(key=f"update-{state}-{brief.id}"):
        st.html(card_html(brief, is_read, words, update_words(words.language), words.language))
        st.button(
            words("changes.look"),
            key=f"look-{brief.id}",
            type="tertiary",
            icon=":material/arrow_forward:",
            help=words("changes.look.help", title=brief.title),
            on_click=open_place,
            args=("changes", brief.id),
        )


def _show_more(most: int) -> None:
    st.session_state[_MORE] = most
