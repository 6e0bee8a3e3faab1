"""Saying that a passage is wrong."""

from __future__ import annotations

import streamlit as st

from app.answers import Citation
from app.errors import AppError
from app.ui import markup
from app.ui.own_name import remember_name, show_name_field
from app.ui.resources import Desk
from app.ui.visiting import action, present
from app.ui.wording import Words

_REMARK_CHARACTERS = 2000


def show_report_form(desk: Desk, passage: Citation, key: str, words: Words) -> None:
    """Ask what is wrong, and who says so; nothing for those who may not.

    :param key: of this form, as a page can have several.
    """
    if not present().may("knowledge.report"):
        return
    with st.form(f"report-{key}", border=False):
        remark = st.text_area(words("report.what"), key=f"wrong-{key}", max_chars=_REMARK_CHARACTERS)
        by = show_name_field(words("case.by"), f"by-{key}")
        sent = st.form_submit_button(words("report.send"), icon=":material/flag:")
    if sent:
        _report(desk, passage, remark, remember_name(by), words)


@action("knowledge.report")
def _report(desk: Desk, passage: Citation, remark: str, by: str, words: Words) -> None:
    try:
        desk.reports.add(passage, remark, by)
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
    else:
        st.html(markup.callout_html("note", words("report.sent")))
