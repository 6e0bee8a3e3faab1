"""What one browser tab is looking at: the conversation or page in its address, the dialog it has open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

_CONVERSATION = "c"
_DIALOG = "open_dialog"
Place = Literal["search", "queue", "tickets", "changes", "knowledge", "dashboard", "quality", "accounts"]
_PLACES: tuple[Place, ...] = get_args(Place)


@dataclass(frozen=True, slots=True)
class OpenDialog:
    """A dialog about one conversation; kept in the session so that a rerun does not close it."""

    kind: Literal["rename", "delete"]
    conversation_id: str


def selected_conversation() -> str | None:
    """The conversation id in the page's address."""
    value = st.query_params.get(_CONVERSATION)
    return value if isinstance(value, str) and value else None


def select_conversation(conversation_id: str | None) -> None:
    """Put a conversation into the page's address, or the empty page."""
    close_dialog()
    for place in _PLACES:
        st.query_params.pop(place, None)
    if conversation_id is None:
        st.query_params.pop(_CONVERSATION, None)
    else:
        st.query_params[_CONVERSATION] = conversation_id


def open_place(place: Place, item: str = "") -> None:
    """Put another page into the address, in the place of a conversation, or one item of it."""
    select_conversation(None)
    st.query_params[place] = item


def selected_place() -> Place | None:
    """The page in the address; None for the chat."""
    return next((place for place in _PLACES if place in st.query_params), None)


def selected_item(place: Place) -> str:
    """The item of ``place`` that the address names; empty for none."""
    return str(st.query_params.get(place, ""))


def remember_item(place: Place, item: str) -> None:
    """Keep in the address what is looked at on this page, so that a reload finds it again."""
    st.query_params[place] = item


def selected_number(place: Place) -> int | None:
    """The item of ``place`` that the address names, where items are numbered."""
    value = selected_item(place)
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None


def open_dialog() -> OpenDialog | None:
    value = st.session_state.get(_DIALOG)
    return value if isinstance(value, OpenDialog) else None


def show_dialog(kind: Literal["rename", "delete"], conversation_id: str) -> None:
    st.session_state[_DIALOG] = OpenDialog(kind, conversation_id)


def close_dialog() -> None:
    st.session_state.pop(_DIALOG, None)
