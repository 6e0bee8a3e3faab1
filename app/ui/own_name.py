"""The name under which whoever sits at this page does something."""

from __future__ import annotations

import streamlit as st

from app.ui.visiting import present

OWN_NAME = "own-name"  # outlives the fields, which are drawn on one page each
_SHOWN = "own-name-shown"  # by a field's key what it said when it was drawn last, and the name that counted then
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
    """Ask for the name; who is signed in cannot sign with another one.

    Where another name counts since it was drawn last, a field that nobody has touched says that one. Its own value may
    be of an earlier visit: Streamlit forgets the fields of a page that was left when a run ends, and whoever clicks
    before the page is whole ends that run early. What was typed and not used yet stays.
    """
    own = present().name
    shown: dict[str, tuple[str, str]] = st.session_state.setdefault(_SHOWN, {})
    known = st.session_state.get(key)
    said, counted = shown.get(key, (None, None))
    if own or known is None or (known == said and counted != own_name()):
        st.session_state[key] = own_name()
    typed: str = st.text_input(
        label,
        key=key,
        max_chars=NAME_CHARACTERS,
        help=help_text,
        disabled=bool(own),
        width=width or "stretch",
    )
    shown[key] = typed, own_name()
    return typed
