"""Thumbs under an answer, with a reason and a comment once one is chosen."""

from __future__ import annotations

import streamlit as st

from app.conversations.records import Message, RatingValue
from app.errors import AppError
from app.ui.resources import Desk
from app.ui.visiting import action, mine, say_problem
from app.ui.wording import Words

REASONS: dict[RatingValue, tuple[str, ...]] = {
    "up": ("correct", "complete", "clear", "fast"),
    "down": ("wrong", "outdated", "incomplete", "wrong-source", "wrong-language", "unclear"),
}
_VALUES: tuple[RatingValue, RatingValue] = ("down", "up")  # Streamlit's thumbs are 0 and 1
_COMMENT_CHARACTERS = 1000


def show_thumbs(desk: Desk, message: Message) -> RatingValue | None:
    """Draw the thumbs of one answer; the one that is chosen."""
    default = None if message.rating is None else _VALUES.index(message.rating.value)
    key = f"thumbs-{message.id}"
    chosen = st.feedback("thumbs", key=key, default=default, on_change=_thumbed, args=(desk, message.id))
    return None if chosen is None else _VALUES[chosen]


def show_rating(desk: Desk, message: Message, value: RatingValue | None, words: Words) -> None:
    """Ask for a reason and a comment once a thumb was chosen in this tab."""
    if value is None or not st.session_state.get(_open_key(message.id)):
        return
    with st.container(key=f"rating-{message.id}", gap="small"):
        st.pills(
            words(f"rating.{value}_reason"),
            REASONS[value],
            format_func=lambda code: words(f"rating.reason.{code}"),
            key=f"reason-{value}-{message.id}",
            on_change=_save,
            args=(desk, message.id),
        )
        st.text_input(
            words("rating.comment"),
            key=f"comment-{message.id}",
            placeholder=words("rating.comment.placeholder"),
            max_chars=_COMMENT_CHARACTERS,
            on_change=_save,
            args=(desk, message.id),
        )
        st.html(f'<p class="pd-quiet" role="status">{words("rating.saved")}</p>')


@action("chat.ask")
def _thumbed(desk: Desk, message_id: int) -> None:
    st.session_state[_open_key(message_id)] = True
    _save(desk, message_id)


@action("chat.ask")
def _save(desk: Desk, message_id: int) -> None:
    chosen = st.session_state.get(f"thumbs-{message_id}")
    try:
        if chosen is None:
            mine(desk).unrate(message_id)
            return
        value = _VALUES[chosen]
        reason = st.session_state.get(f"reason-{value}-{message_id}")
        mine(desk).rate(message_id, value, reason, st.session_state.get(f"comment-{message_id}") or "")
    except AppError as error:
        say_problem(error)


def _open_key(message_id: int) -> str:
    return f"rating-open-{message_id}"
