"""A question from the page into its conversation."""

from __future__ import annotations

import streamlit as st

from app.accounts.limits import TooManyQuestionsError
from app.answers import Question
from app.errors import AppError
from app.ui.model_view import carry_over, model_of
from app.ui.resources import Desk
from app.ui.session import select_conversation, selected_conversation
from app.ui.visiting import action, count_question, mine, present, say_problem


@action("chat.ask")
def ask_composed(parts: Desk) -> None:
    """Ask what stands in the composer."""
    ask(parts, st.session_state.get("composer") or "")


@action("chat.ask")
def ask(parts: Desk, text: str) -> None:
    """Ask ``text`` in the conversation that is open, or in a new one."""
    if not text.strip():
        return
    try:
        count_question()
        conversation_id = selected_conversation()
        if conversation_id is None:
            conversation_id = mine(parts).create(text).id
            carry_over(conversation_id)
            select_conversation(conversation_id)
        mine(parts).require_own(conversation_id)
        question = Question(text=text.strip(), audience=present().audience, model=model_of(conversation_id))
        parts.jobs.start(conversation_id, question)
    except TooManyQuestionsError as error:
        st.session_state["composer"] = text  # to be sent again when it is time
        say_problem(error)
    except AppError as error:
        say_problem(error)
