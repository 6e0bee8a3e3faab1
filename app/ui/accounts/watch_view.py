"""A page that nobody touches still notices that whoever it was drawn for may not see it any more."""

from __future__ import annotations

import streamlit as st

from app.accounts.visitor import Visitor
from app.errors import AppError
from app.ui import markup, visiting
from app.ui.gone import redrawn
from app.ui.wording import Words

_LOOK_SECONDS = 20
_WAS_SIGNED_IN = "was-signed-in"


def watch_sign_in(found: Visitor) -> None:
    """Draw nothing; draw the page anew once ``found`` is signed out, locked, or may do and read something else."""
    st.session_state[_WAS_SIGNED_IN] = found.signed_in

    def look() -> None:
        try:
            now = visiting.visitor()
        except AppError:
            return  # cannot be found out: nothing is done or opened in the meantime, and the next look may tell
        if now != found:
            st.rerun()

    redrawn(look, _LOOK_SECONDS)()


def show_why_signed_out(words: Words) -> None:
    """Say it above the form, where somebody was signed in on this very page."""
    if st.session_state.get(_WAS_SIGNED_IN):
        st.html(markup.callout_html("note", words("sign_in.ended")))
