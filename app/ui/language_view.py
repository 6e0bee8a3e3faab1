"""The choice of the page's language, which lasts while the tab is open."""

from __future__ import annotations

import streamlit as st

from app.ui.languages import language_name
from app.ui.visiting import LANGUAGE
from app.ui.wording import Words, languages


def show_language_choice(words: Words) -> None:
    """Draw the languages of the page, each called as its readers call it."""
    known = languages()
    # Set before each drawing, since the account's language may have changed in the meantime.
    st.session_state["language"] = words.language if words.language in known else "en"
    st.selectbox(
        words("sidebar.language"),
        known,
        key="language",
        format_func=lambda code: language_name(code, code).capitalize(),
        label_visibility="collapsed",
        on_change=_choose,
    )


def _choose() -> None:
    st.session_state[LANGUAGE] = st.session_state["language"]
