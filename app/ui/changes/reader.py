"""Who sits at this page: their name, and what they may read."""

from __future__ import annotations

import streamlit as st

from app.ui.wording import Words
from prompts.updates import languages

OWN_NAME = "own-name"  # as app.ui.case_view keeps it: outlives the fields it is typed into
NAME_CHARACTERS = 200
AUDIENCE = "agent"


def own_name() -> str:
    """The name that was typed last; empty before."""
    return str(st.session_state.get(OWN_NAME, ""))


def own_language(words: Words) -> str:
    """The language of the briefs: the browser's, though the rest of the page may not speak it yet."""
    language = (st.context.locale or words.language).replace("_", "-").split("-")[0].lower()
    return language if language in languages() else words.language


def remember_name(field: str) -> None:
    """Keep what was typed into a field as the name of whoever sits here."""
    st.session_state[OWN_NAME] = str(st.session_state.get(field, ""))[:NAME_CHARACTERS]
