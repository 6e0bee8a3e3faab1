"""Saying that a passage is wrong."""

from __future__ import annotations

import streamlit as st

from app.answers import Citation
from app.errors import AppError
from app.ui import markup
from app.ui.resources import Desk
from app.ui.wording import Words

_NAME = "own-name"  # that this browser tab has given before
_REMARK_CHARACTERS = 2000


def show_report_form(desk: Desk, passage: Citation, key: str, words: Words) -> None:
    """Ask what is wrong, and who says so.

    :param key: of this form, as a page can have several.
    """
    with st.form(f"report-{key}", border=False, clear_on_submit=True):
        remark = st.text_area(words("report.what"), key=f"wrong-{key}", max_chars=_REMARK_CHARACTERS)
        by = st.text_input(words("case.by"), st.session_state.get(_NAME, ""), key=f"by-{key}", max_chars=200)
        sent = st.form_submit_button(words("report.send"), icon=":material/flag:")
    if not sent:
        return
    try:
        desk.reports.add(passage, remark, by)
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
        return
    st.session_state[_NAME] = by
    st.html(markup.callout_html("note", words("report.sent")))
