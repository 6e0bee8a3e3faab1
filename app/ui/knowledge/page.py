"""The knowledge page: documents, ingest runs, reports, and answers that could become documents."""

from __future__ import annotations

import streamlit as st

from app.errors import AppError
from app.ui import markup
from app.ui.knowledge.answers_view import show_candidates
from app.ui.knowledge.document_view import show_document
from app.ui.knowledge.documents_view import show_documents
from app.ui.knowledge.reports_view import show_reports
from app.ui.knowledge.runs_view import show_runs
from app.ui.resources import Desk
from app.ui.session import selected_item
from app.ui.visiting import present
from app.ui.wording import Words
from ingest.errors import IngestError

_SECTIONS = {"documents": show_documents, "runs": show_runs, "reports": show_reports, "answers": show_candidates}
_MANAGED = ("reports", "answers")  # for those who look after the documents


def waiting(desk: Desk) -> int:
    """How many reports and answers nobody has looked at; for those who settle them."""
    if not present().may("knowledge.manage"):
        return 0
    return desk.reports.open_count() + desk.escalations.candidate_count()


def show_knowledge(desk: Desk, words: Words) -> None:
    """Draw the document in the address, or one of the lists."""
    if problem := st.session_state.pop("problem", None):
        st.html(markup.callout_html("error", problem))
    try:
        if document := selected_item("knowledge"):
            show_document(desk, document, present().audience, words)
        else:
            _show_lists(desk, words)
    except (AppError, IngestError) as error:
        st.html(markup.callout_html("error", str(error)))


def _show_lists(desk: Desk, words: Words) -> None:
    st.html(f'<h1 class="pd-welcome">{words("knowledge.heading")}</h1><p class="pd-lead">{words("knowledge.text")}</p>')
    counts = {"reports": desk.reports.open_count(), "answers": desk.escalations.candidate_count()}

    def named(section: str) -> str:
        name = words(f"knowledge.section.{section}")
        return words("knowledge.counted", name=name, count=counts[section]) if counts.get(section) else name

    chosen = st.segmented_control(
        words("knowledge.section"),
        [each for each in _SECTIONS if each not in _MANAGED or present().may("knowledge.manage")],
        default="documents",
        required=True,
        format_func=named,
        key="knowledge-section",
        label_visibility="collapsed",
    )
    _SECTIONS[chosen or "documents"](desk, present().audience, words)
