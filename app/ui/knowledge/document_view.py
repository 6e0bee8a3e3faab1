"""One document: its versions, what each says, and a way to say that something in it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from app.answers import Citation
from app.errors import AppUserError
from app.ui import markup
from app.ui.knowledge import knowledge_markup
from app.ui.knowledge.report_form import show_report_form
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.wording import Words
from ingest.ledger.history import VersionLine


def show_document(desk: Desk, document_id: str, audience: str, words: Words) -> None:
    """Draw the version that is in force, or another one that was chosen."""
    st.button(
        words("knowledge.back"),
        key="knowledge-back",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=open_place,
        args=("knowledge",),
    )
    try:
        versions = desk.library.versions(document_id, audience, date.today())
    except AppUserError:
        st.html(markup.callout_html("error", words("knowledge.missing")))
        return
    live = next((line for line in versions if line.status == "live"), None)
    _show_waiting(versions, live, words)
    chosen, beside = _choose(versions, live or versions[-1], words)
    st.html(knowledge_markup.head_html(chosen, words))
    before = next((line for line in reversed(versions) if line.number < chosen.number), None)
    if beside and before is not None:
        found = desk.library.differences(before, chosen)
        st.html(knowledge_markup.differences_html(before, chosen, found, words))
    text = desk.library.text(chosen)
    if not beside:
        st.html(knowledge_markup.text_html(text, chosen.language))
    with st.expander(words("report.open"), icon=":material/flag:", type="compact"):
        quote = st.text_area(
            words("report.quote"), key=f"quote-{chosen.id}", help=words("report.quote.help"), max_chars=2000
        )
        show_report_form(desk, _passage(chosen, text, quote.strip()), f"document-{chosen.id}", words)


def _show_waiting(versions: Sequence[VersionLine], live: VersionLine | None, words: Words) -> None:
    for line in versions:
        if line.status == "waiting" and line.starts_on and live:
            day = knowledge_markup.shown_day(line.starts_on, words.language)
            said = words("knowledge.waiting.text", number=line.number, day=day, live=live.number)
            st.html(markup.callout_html("warning", said, words("knowledge.waiting.heading")))


def _choose(versions: Sequence[VersionLine], shown: VersionLine, words: Words) -> tuple[VersionLine, bool]:
    """The version to show, and whether beside the one before it."""
    if len(versions) == 1:
        return shown, False
    newest_first = list(reversed(versions))
    with st.container(key="knowledge-versions", horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            words("knowledge.versions"),
            newest_first,
            index=newest_first.index(shown),
            format_func=lambda line: _named(line, words),
            key=f"version-of-{shown.document_id}",
        )
        beside = st.toggle(words("knowledge.compare"), key="knowledge-compare", disabled=chosen.number == 1)
    return chosen, beside and chosen.number > 1


def _named(line: VersionLine, words: Words) -> str:
    day = knowledge_markup.shown_day(line.starts_on, words.language) if line.starts_on else words("knowledge.always")
    return words("knowledge.version.choice", number=line.number, state=words(f"knowledge.state.{line.status}"), day=day)


def _passage(line: VersionLine, text: str, quote: str) -> Citation:
    start = max(text.find(quote), 0)
    return Citation(
        n=1,
        document=line.document_id,
        title=line.title,
        version=line.number,
        page=None,
        language=line.language,
        quote=quote,
        start=start,
        end=start + len(quote),
        uri=line.uri,
    )
