"""A draft on its way to the page, and the beginning of another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from app.desk.drafts.draft import Wish
from app.errors import AppError
from app.ui.resources import Desk
from app.ui.visiting import action, count_question, problem_text
from app.ui.wording import Words
from ingest.sources.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Drawing:
    """One draft on its way to the page.

    :param audience: of the agent, which decides on the documents that may be read.
    :param as_of: the day whose rules hold for this customer, as that of the order; today when None.
    """

    desk: Desk
    conversation_id: str
    ticket: Ticket
    words: Words
    audience: str
    as_of: date | None


# What an agent asks for is done in callbacks: a run of the script can be given up for the next click, they cannot.
@action("tickets.write")
def start(drawing: Drawing, wish: Wish | None) -> None:
    """Have a draft written, unless that is one question too many."""
    try:
        count_question()
    except AppError as error:
        st.session_state["draft-problem"] = problem_text(error)
        return
    drawing.desk.drafts.start(drawing.conversation_id, drawing.ticket, wish, drawing.audience, drawing.as_of)
    st.session_state["draft-changed"] = True
