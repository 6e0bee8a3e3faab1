"""The name under which whoever sits at this page does something."""

from __future__ import annotations

import streamlit as st

from app.ui.visiting import present

OWN_NAME = "own-name"  # outlives the fields, which are drawn on one page each
NAME_CHARACTERS = 200


def own_name() -> str:
    """That of the account; where signing in is off, what was typed last. Empty before."""
    return present().name or str(st.session_state.get(OWN_NAME, ""))


def remember_name(name: str) -> str:
    """Keep what was typed; returns the name that counts, which is that of the account where somebody signed in."""
    own = present().name
    if not own:
        st.session_state[OWN_NAME] = name[:NAME_CHARACTERS]
    return own or name


def show_name_field(label: str, key: str, help_text: str | None = None, width: int | None = None) -> str:
    """Ask for the name; who is signed in cannot sign with another one."""
    own = present().name
    if own:
        st.session_state[key] = own
    else:
        st.session_state.setdefault(key, own_name())
    typed: str = st.text_input(
        label,
        key=key,
        max_chars=NAME_CHARACTERS,
        help=help_text,
        disabled=bool(own),
        width=width or "stretch",
    )
    return typed
