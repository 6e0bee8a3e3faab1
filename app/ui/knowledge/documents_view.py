"""The list of documents: what is in force on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from app.ui.knowledge import knowledge_markup
from app.ui.knowledge.paging import show_pager, shown_page
from app.ui.labels import plain_label
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.wording import Words
from ingest.ledger.history import VersionLine

_STATES = ("live", "waiting", "past", "expired")
_KINDS = ("policy", "article")


def show_documents(desk: Desk, audience: str, words: Words) -> None:
    """Draw the filters and what is left of the documents."""
    with st.container(key="knowledge-narrowed", horizontal=True):
        text = st.text_input(words("knowledge.filter"), key="knowledge-filter", max_chars=200)
        kind = _choice("kind", _KINDS, words)
        state = _choice("state", _STATES, words)
        day = st.date_input(words("knowledge.as_of"), "today", min_value="1990-01-01", format="YYYY-MM-DD")
    every = desk.library.documents(audience, day if isinstance(day, date) else date.today())
    if not every:
        st.html(knowledge_markup.hint_html(words("knowledge.nothing")))
        return
    found = [line for line in every if _fits(line, text, kind, state)]
    counted = words.counted("knowledge.found", len(found)) if found else words("knowledge.empty")
    st.html(f'<p class="pd-quiet" role="status">{counted}</p>')
    key = f"documents-{text}-{kind}-{state}"
    _show_rows(shown_page(found, key), words)
    show_pager(found, key, words)


def _choice(name: str, values: Sequence[str], words: Words) -> str | None:
    chosen: str | None = st.selectbox(
        words(f"knowledge.{name}"),
        (None, *values),
        format_func=lambda each: words("knowledge.any") if each is None else words(f"knowledge.{name}.{each}"),
        key=f"knowledge-{name}",
    )
    return chosen


def _fits(line: VersionLine, text: str, kind: str | None, state: str | None) -> bool:
    wanted = text.casefold().split()
    said = f"{line.title} {line.document_id}".casefold()
    return all(word in said for word in wanted) and kind in (None, line.kind) and state in (None, _shown_state(line))


def _shown_state(line: VersionLine) -> str:
    return "past" if line.status == "replaced" else line.status


def _show_rows(lines: Sequence[VersionLine], words: Words) -> None:
    for line in lines:
        with st.container(key=f"document-{line.id}", gap=None):
            st.button(
                plain_label(line.title),
                key=f"open-document-{line.id}",
                type="tertiary",
                help=line.document_id,
                on_click=open_place,
                args=("knowledge", line.document_id),
            )
            st.html(knowledge_markup.facts_html(line, words))
