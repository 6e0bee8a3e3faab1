"""Having a draft written again: shorter, more formal, with a remark; and reading it in one's own language beside it."""

from __future__ import annotations

import streamlit as st

from app.desk.drafts.records import KeptDraft
from app.errors import AppError
from app.ui.languages import language_name
from app.ui.resources import model_name
from app.ui.tickets import draft_markup
from app.ui.tickets.drawing import Drawing, start
from app.ui.visiting import action

_REMARK_CHARACTERS = 500


def draw_changes(drawing: Drawing, kept: KeptDraft) -> None:
    """Draw what an agent can ask of an open draft."""
    words, wish = drawing.words, kept.draft.wish
    with st.container(key=f"draft-changes-{kept.id}", horizontal=True):
        for key, icon, wished, is_so in (
            ("again", "refresh", wish, False),
            ("shorter", "short_text", wish.model_copy(update={"brief": True}), wish.brief),
            ("formal", "work", wish.model_copy(update={"manner": "formal"}), kept.draft.manner == "formal"),
        ):
            st.button(
                words(f"drafts.{key}"),
                key=f"draft-{key}",
                icon=f":material/{icon}:",
                disabled=is_so,
                on_click=start,
                args=(drawing, wished),
            )
        with st.popover(words("drafts.remark"), icon=":material/comment:"):
            _draw_remark(drawing, kept)
        if kept.draft.language != words.language:
            _draw_beside_button(drawing, kept)
    found = st.session_state.get(f"draft-beside-{kept.id}")
    if found is not None:
        st.html(draft_markup.beside_html(found, words))


def _draw_remark(drawing: Drawing, kept: KeptDraft) -> None:
    words = drawing.words
    if model_name(drawing.desk.assistant) is None:
        st.html(f'<p class="pd-quiet">{words("drafts.remark.no_model")}</p>')
    st.text_area(
        words("drafts.remark.label"),
        key=_remark_key(kept),
        max_chars=_REMARK_CHARACTERS,
        placeholder=words("drafts.remark.placeholder"),
    )
    st.button(
        words("drafts.remark.go"),
        key="draft-remark-go",
        type="primary",
        on_click=_start_with_remark,
        args=(drawing, kept),
    )


def _draw_beside_button(drawing: Drawing, kept: KeptDraft) -> None:
    words = drawing.words
    label = words("drafts.beside", language=language_name(words.language, words.language))
    if not st.button(label, key="draft-beside", icon=":material/translate:"):
        return
    try:
        with st.spinner(words("drafts.beside.translating")):
            found = drawing.desk.drafts.beside(kept, drawing.ticket, words.language)
    except AppError as error:
        st.session_state["draft-problem"] = str(error)
        return
    st.session_state[f"draft-beside-{kept.id}"] = found


@action("tickets.write")
def _start_with_remark(drawing: Drawing, kept: KeptDraft) -> None:
    if remark := " ".join(str(st.session_state.get(_remark_key(kept), "")).split()):
        start(drawing, kept.draft.wish.model_copy(update={"remark": remark}))


def _remark_key(kept: KeptDraft) -> str:
    return f"draft-remark-{kept.id}"
