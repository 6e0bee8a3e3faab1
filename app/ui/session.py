"""What one browser tab is looking at: the conversation in its address, the dialog it has open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

_CONVERSATION = "c"
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
    if conversation_id is None:
        st.query_params.pop(_CONVERSATION, None)
    else:
        st.query_params[_CONVERSATION] = conversation_id


def open_dialog() -> OpenDialog | None:
    value = st.session_state.get(_DIALOG)
    return value if isinstance(value, OpenDialog) else None


def show_dialog(kind: Literal["rename", "delete"], conversation_id: str) -> None:
    st.session_state[_DIALOG] = OpenDialog(kind, conversation_id)


def close_dialog() -> None:
    st.session_state.pop(_DIALOG, None)
