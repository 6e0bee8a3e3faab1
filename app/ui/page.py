"""The chat page, from top to bottom."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from app.accounts.visitor import Visitor
from app.conversations.records import Message
from app.errors import AppError, AppUserError
from app.ui import markup
from app.ui.accounts.sign_in_view import show_sign_in
from app.ui.accounts.watch_view import show_why_signed_out, watch_sign_in
from app.ui.answer_view import show_answer
from app.ui.asking import ask, ask_composed
from app.ui.gone import PROBLEMS, show_gone
from app.ui.labels import plain_label
from app.ui.languages import direction
from app.ui.pacing import drawn_anew
from app.ui.places import page_of, show_place
from app.ui.resources import Desk, desk, model_name
from app.ui.session import open_place, select_conversation, selected_conversation, selected_place
from app.ui.sidebar import show_sidebar
from app.ui.style import brand_html, document_html, style_html
from app.ui.visiting import mine, note_use, page_words, saw, visitor
from app.ui.wording import Words, examples

_QUESTION_CHARACTERS = 4000

_log = logging.getLogger(__name__)


def show() -> None:
    """Draw the page for this browser tab."""
    drawn_anew()
    found, problem = _visitor()
    words = page_words(found)
    mark = str(Path(__file__).parent / "mark.svg")
    st.set_page_config(page_title=words("page_title"), page_icon=mark, layout="centered")
    st.html(style_html(direction(words.language)))
    with st.container(key="document"):
        st.html(document_html(words.language, direction(words.language)), unsafe_allow_javascript=True)
    if problem is not None:
        show_gone(problem, words, "unavailable.heading")
    elif found is None:
        show_why_signed_out(words)
        show_sign_in(words)
    else:
        watch_sign_in(found)
        _show_for(found, words)


def _show_for(found: Visitor, words: Words) -> None:
    try:
        with st.spinner(words("opening")):
            parts = desk()
    except PROBLEMS as error:
        show_gone(error, words, "unavailable.heading")
        return
    try:
        _show_parts(parts, found, words)
    except PROBLEMS as error:
        show_gone(error, words)


def _show_parts(parts: Desk, found: Visitor, words: Words) -> None:
    messages = _messages(parts, words)
    show_sidebar(parts, found, words)
    if place := selected_place():
        show_place(page_of(place), parts, found, words)
        return
    may_ask = found.may("chat.ask") and _may_ask(parts)
    _show_banner(parts, words)
    if problem := st.session_state.pop("problem", None):
        st.html(markup.callout_html("error", problem))
    if messages:
        for message in messages:
            _show_message(parts, message, may_ask, message is messages[-1], words)
    elif found.may("chat.ask"):
        _show_empty_page(parts, words)
    else:
        st.html(
            f'<h1 class="pd-welcome">{words("read_only.heading")}</h1><p class="pd-lead">{words("read_only.text")}</p>'
        )
    if may_ask:
        _show_composer(parts, messages, words)
    elif messages:
        st.html(f'<p class="pd-quiet" role="note">{words("read_only.conversation")}</p>')


def _visitor() -> tuple[Visitor | None, Exception | None]:
    """Who it is; nobody, with what is wrong, where that cannot be found out."""
    try:
        if (found := visitor()) is not None:
            note_use()
        return found, None
    except PROBLEMS as error:
        return None, error


def _may_ask(parts: Desk) -> bool:
    conversation_id = selected_conversation()
    return conversation_id is None or mine(parts).may_change(conversation_id)


def _show_composer(parts: Desk, messages: Sequence[Message], words: Words) -> None:
    busy = any(message.status == "running" for message in messages)
    st.chat_input(
        words("composer.busy" if busy else "composer.placeholder"),
        key="composer",
        max_chars=_QUESTION_CHARACTERS,
        disabled=busy,
        on_submit=ask_composed,
        args=(parts,),
    )


def _messages(parts: Desk, words: Words) -> Sequence[Message]:
    """The messages of the conversation in the address; none on the empty page."""
    conversation_id = selected_conversation()
    if conversation_id is None:
        return ()
    try:
        if parts.inbox.tickets.is_ticket(conversation_id):  # it has a page of its own, and nobody chats in it
            open_place("tickets", conversation_id)
            return ()
        messages = mine(parts).messages(conversation_id)
        saw(parts, "conversation.opened", f"conversation:{conversation_id}")
        return messages
    except AppUserError:
        _log.info("conversation %s was asked for and is not there", conversation_id)
        select_conversation(None)
        st.session_state["problem"] = words("missing.conversation")
        return ()


def _show_message(parts: Desk, message: Message, may_ask: bool, is_last: bool, words: Words) -> None:
    if message.role == "user":
        st.html(markup.question_html(message.text, words))
    else:
        show_answer(parts, message, may_ask, may_ask and is_last, words)


def _show_banner(parts: Desk, words: Words) -> None:
    try:
        if model_name(parts.assistant) is not None:
            return
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
        return
    with st.container(key="banner"):
        st.html(markup.callout_html("warning", words("banner.text"), words("banner.heading")))
        with st.expander(words("banner.how"), type="compact"):
            st.markdown(words("banner.steps"))
            st.code(words("banner.commands"), language=None)


def _show_empty_page(parts: Desk, words: Words) -> None:
    with st.container(key="empty"):
        st.html(
            f'{brand_html(words("name"))}<h1 class="pd-welcome">{words("empty.heading")}</h1>'
            f'<p class="pd-lead">{words("empty.text")}</p>'
        )
        with st.container(key="examples", horizontal=True):
            for example in examples():
                with st.container(key=f"example-{direction(example.language)}-{example.language}", width="content"):
                    st.button(
                        plain_label(example.text),
                        key=f"ask-{example.language}",
                        width="stretch",
                        on_click=ask,
                        args=(parts, example.text),
                    )
