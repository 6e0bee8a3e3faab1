"""What one browser tab is looking at: the conversation, search or case in its address, the dialog it has open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

_CONVERSATION = "c"
_SEARCH = "search"
_QUEUE = "queue"
_DIALOG = "open_dialog"


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
    st.query_params.pop(_SEARCH, None)
    st.query_params.pop(_QUEUE, None)
    if conversation_id is None:
        st.query_params.pop(_CONVERSATION, None)
    else:
        st.query_params[_CONVERSATION] = conversation_id


def open_search() -> None:
    """Put the search page into the address, in the place of a conversation."""
    select_conversation(None)
    remember_search("")


def remember_search(text: str) -> None:
    """Keep what is searched for in the address, so that a reload finds it again."""
    st.query_params[_SEARCH] = text


def is_searching() -> bool:
    return _SEARCH in st.query_params


def remembered_search() -> str:
    return str(st.query_params.get(_SEARCH, ""))


def open_queue(case_id: int | None = None) -> None:
    """Put the queue of cases into the address, or one of them, in the place of a conversation."""
    select_conversation(None)
    st.query_params[_QUEUE] = "" if case_id is None else str(case_id)


def is_in_queue() -> bool:
    return _QUEUE in st.query_params


def selected_case() -> int | None:
    """The number of the case in the page's address."""
    value = str(st.query_params.get(_QUEUE, ""))
    return int(value) if value.isdecimal() and len(value) < 10 else None


def open_dialog() -> OpenDialog | None:
    value = st.session_state.get(_DIALOG)
    return value if isinstance(value, OpenDialog) else None


def show_dialog(kind: Literal["rename", "delete"], conversation_id: str) -> None:
    st.session_state[_DIALOG] = OpenDialog(kind, conversation_id)


def close_dialog() -> None:
    st.session_state.pop(_DIALOG, None)
