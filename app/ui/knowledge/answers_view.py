"""Answers of colleagues that the documents do not have yet."""

from __future__ import annotations

import streamlit as st

from app.errors import AppError
from app.escalations.articles import article_of
from app.ui.knowledge import knowledge_markup
from app.ui.resources import Desk
from app.ui.visiting import action, say_problem
from app.ui.wording import Words


def show_candidates(desk: Desk, _audience: str, words: Words) -> None:
    """Draw each answer with the ways to take it over or turn it down."""
    candidates = desk.escalations.candidates()
    st.html(knowledge_markup.hint_html(words("candidate.text" if candidates else "candidate.none")))
    for each in candidates:
        number = each.escalation_id
        with st.container(key=f"candidate-{number}", border=True):
            st.html(knowledge_markup.candidate_html(each, words))
            with st.container(horizontal=True, horizontal_alignment="right"):
                st.button(
                    words("candidate.dismiss"),
                    key=f"dismiss-{number}",
                    type="tertiary",
                    on_click=_settle,
                    args=(desk, number, False),
                )
                st.download_button(
                    words("candidate.take"),
                    article_of(each),
                    file_name=f"case-{number}.md",
                    mime="text/markdown",
                    key=f"take-{number}",
                    icon=":material/download:",
                    on_click=_settle,
                    args=(desk, number, True),
                )


@action("knowledge.manage")
def _settle(desk: Desk, number: int, taken: bool) -> None:
    try:
        desk.escalations.settle_candidate(number, taken)
    except AppError as error:
        say_problem(error)
