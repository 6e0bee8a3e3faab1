"""The ingest runs."""

from __future__ import annotations

import streamlit as st

from app.ui.knowledge import knowledge_markup
from app.ui.resources import Desk
from app.ui.wording import Words


def show_runs(desk: Desk, _audience: str, words: Words) -> None:
    """Draw the last runs with what they did and found."""
    runs = desk.library.runs()
    st.html(knowledge_markup.hint_html(words("run.text" if runs else "run.none")))
    for run in runs:
        st.html(knowledge_markup.run_html(run, words))
