"""All that was kept of one answer."""

from __future__ import annotations

import streamlit as st

from app.dashboard.record import AnswerRecord
from app.errors import AppError
from app.ui import markup
from app.ui.answer_view import show_answer
from app.ui.case_markup import heading_html
from app.ui.dashboard import record_markup
from app.ui.resources import Desk
from app.ui.session import open_place, select_conversation
from app.ui.visiting import mine
from app.ui.wording import Words


def show_record(desk: Desk, record: AnswerRecord, words: Words) -> None:
    """Draw the question and its answer as the chat has them, and below what they took."""
    _show_ways(record, words)
    st.html(record_markup.head_html(record, st.context.timezone, words))
    if record.has_words:
        _show_words(desk, record, words)
    else:
        st.html(markup.callout_html("note", words("record.no_words.text"), words("record.no_words")))
    parts = (
        ("record.sentences", record_markup.sentences_html(record, words)),
        ("record.evidence", record_markup.evidence_html(record, words)),
        ("record.time", record_markup.times_html(record, words)),
        ("record.models", record_markup.attempts_html(record, words) or _quoted(words)),
        ("record.findings", record_markup.findings_html(record, words)),
        ("record.guards", record_markup.guards_html(record, words)),
        ("record.made", record_markup.made_html(record, words)),
    )
    for heading, html in parts:
        if html:
            st.html(f"{heading_html(words(heading))}{html}")


def _show_ways(record: AnswerRecord, words: Words) -> None:
    with st.container(key="record-ways", horizontal=True):
        st.button(
            words("record.back"),
            key="record-back",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=open_place,
            args=("dashboard",),
        )
        if record.has_words:
            st.button(
                words("record.conversation"),
                key="record-conversation",
                icon=":material/forum:",
                type="tertiary",
                on_click=select_conversation,
                args=(record.conversation_id,),
            )


def _show_words(desk: Desk, record: AnswerRecord, words: Words) -> None:
    st.html(markup.question_html(record.question or "", words))
    try:
        messages = mine(desk).messages(record.conversation_id)
    except AppError:  # deleted since
        return
    for message in messages:
        if message.id == record.id:
            show_answer(desk, message, mine(desk).may_change(record.conversation_id), False, words)


def _quoted(words: Words) -> str:
    return f'<p class="pd-quiet">{words("record.models.none")}</p>'
