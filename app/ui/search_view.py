"""The search page: what is found for a question, and why, without an answer."""

from __future__ import annotations

import streamlit as st

from app.accounts.visitor import RefusedError
from app.answers import Findings, Question
from app.errors import AppError
from app.ui import markup
from app.ui.answer_view import draw_panels
from app.ui.knowledge.report_form import show_report_form
from app.ui.languages import language_name
from app.ui.resources import Desk
from app.ui.search_markup import hit_html
from app.ui.session import remember_item, selected_item
from app.ui.visiting import require, saw
from app.ui.wording import Words
from ingest.documents import KINDS
from ingest.errors import IngestError

_QUESTION = "search-question"
_QUESTION_CHARACTERS = 4000
_NO_MESSAGE = 0  # in the place of a message's id: this page shows none


def show_search(desk: Desk, words: Words) -> None:
    """Draw the form, and what was found for the question in the address."""
    st.html(f'<h1 class="pd-welcome">{words("search.heading")}</h1><p class="pd-lead">{words("search.text")}</p>')
    # Not as the field's default: another default would be another field, and take the words away while they are typed.
    st.session_state.setdefault(_QUESTION, selected_item("search"))
    with st.form("search", border=False):
        text = st.text_input(words("search.question"), key=_QUESTION, max_chars=_QUESTION_CHARACTERS)
        with st.container(key="search-narrowed", horizontal=True):
            as_of = st.date_input(words("search.as_of"), None, min_value="1990-01-01", format="YYYY-MM-DD")
            customer = st.text_input(words("search.customer"), help=words("search.customer.help"))
        kinds = st.pills(
            words("search.kinds"), KINDS, selection_mode="multi", format_func=lambda kind: words(f"search.kind.{kind}")
        )
        st.form_submit_button(words("search.go"), type="primary", icon=":material/search:")
    remember_item("search", text)
    if not text.strip():
        return
    try:
        visitor = require("tickets.read" if customer.strip() else "search.use")
        question = Question(
            text=text.strip(), as_of=as_of, customer_id=customer.strip() or None, audience=visitor.audience
        )
        saw(desk, "search.made", "search:documents", question.customer_id, question.text)
        findings = desk.assistant.search(question, frozenset(kinds) or None)
    except RefusedError:
        raise  # the page says it in the visitor's language
    except (AppError, IngestError) as error:
        st.html(markup.callout_html("error", str(error)))
        return
    _show_findings(desk, findings, words)


def _show_findings(desk: Desk, findings: Findings, words: Words) -> None:
    language = language_name(findings.language, words.language)
    found = words.counted("search.found", len(findings.hits))
    st.html(f'<p class="pd-quiet" role="status">{found} {words("search.language", language=language)}</p>')
    if html := markup.contradictions_html(findings.contradictions, _NO_MESSAGE, words):
        st.html(html)
    for hit in findings.hits:
        st.html(hit_html(hit, _NO_MESSAGE, words))
        with st.popover(words("report.open"), type="tertiary", icon=":material/flag:", key=f"flag-{hit.n}"):
            show_report_form(desk, hit, f"hit-{hit.n}", words)
    draw_panels(findings.sources, _NO_MESSAGE, words)
