"""What is said to be wrong, for the people who look after the documents."""

from __future__ import annotations

import streamlit as st

from app.errors import AppError
from app.ui.knowledge import knowledge_markup
from app.ui.own_name import remember_name, show_name_field
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.visiting import action, say_problem
from app.ui.wording import Words


def show_reports(desk: Desk, _audience: str, words: Words) -> None:
    """Draw every open report with a field for what came of it."""
    reports = desk.reports.list()
    st.html(knowledge_markup.hint_html(words("report.text" if reports else "report.none")))
    for report in reports:
        with st.container(key=f"report-{report.id}", border=True):
            st.html(knowledge_markup.report_html(report, words))
            st.button(
                words("report.document"),
                key=f"report-document-{report.id}",
                type="tertiary",
                icon=":material/arrow_forward:",
                on_click=open_place,
                args=("knowledge", report.document_id),
            )
            with st.form(f"settle-{report.id}", border=False):
                st.text_input(words("report.outcome"), key=f"outcome-{report.id}", max_chars=500)
                show_name_field(words("case.by"), f"settled-by-{report.id}")
                st.form_submit_button(words("report.settle"), on_click=_settle, args=(desk, report.id))


@action("knowledge.manage")
def _settle(desk: Desk, report_id: int) -> None:
    by, outcome = (str(st.session_state.get(f"{field}-{report_id}", "")) for field in ("settled-by", "outcome"))
    try:
        desk.reports.settle(report_id, remember_name(by), outcome)
    except AppError as error:
        say_problem(error)
