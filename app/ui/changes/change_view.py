"""One change: both versions side by side, what it touches, and the button of those who have read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from app.desk.changes.again import Compared, ask_again
from app.desk.changes.brief import Brief
from app.desk.changes.touched import TouchedAnswer
from app.errors import AppError
from app.ui import markup
from app.ui.case_markup import heading_html
from app.ui.changes import markup as change_markup
from app.ui.own_name import own_name, remember_name, show_name_field
from app.ui.resources import Desk, model_name
from app.ui.session import open_place, select_conversation
from app.ui.visiting import action, count_question, mine, present, problem_text, say_problem
from app.ui.wording import Words
from ingest.errors import IngestError
from prompts.updates import update_words

_BY = "change-by"
_TOUCHED = "changes-touched"  # what was found in this session, by the change
_AGAIN = "changes-again"  # what was asked again, by the answer's message
_SUMMARIES = "changes-summaries"


def show_change(desk: Desk, brief: Brief, words: Words) -> None:
    """Draw the brief, then what it touches, which takes a moment to find."""
    language = words.language
    update = update_words(language)
    st.button(
        words("changes.back"),
        key="changes-back",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=open_place,
        args=("changes",),
    )
    st.html(change_markup.head_html(brief, words, update, language))
    _show_summary(desk, brief, words)
    if html := change_markup.called_out_html(brief, update, language):
        st.html(html)
    if brief.changes:
        st.html("".join(change_markup.change_html(change, update) for change in brief.changes))
    if html := change_markup.excerpt_html(brief):
        st.html(html)
    _show_confirmation(desk, brief, words)
    _show_touched(desk, brief, words)


def _show_summary(desk: Desk, brief: Brief, words: Words) -> None:
    """One line by the model, when asked for: it takes as long as the model does."""
    if not brief.changes or model_name(desk.assistant) is None:
        return
    known: dict[str, str | None] = st.session_state.setdefault(_SUMMARIES, {})
    place = st.empty()
    if brief.id not in known:
        if not place.button(
            words("changes.sum_up"), key="changes-sum-up", icon=":material/short_text:", type="tertiary"
        ):
            return
        with place, st.spinner(words("changes.summing_up")):
            known[brief.id] = desk.changes.summary(brief, words.language)
    line = known[brief.id]
    with place:
        st.html(markup.callout_html("note", line or words("changes.no_summary")))


def _show_confirmation(desk: Desk, brief: Brief, words: Words) -> None:
    state = desk.changes.confirmations.state(brief.id)
    name = own_name()
    mine = next((each for each in state.read if name and each.by == " ".join(name.split())), None)
    with st.container(key="change-confirmation"):
        if mine is None:
            _ask_confirmation(desk, brief, words)
        else:
            st.html(f'<p class="pd-update-done" role="status">{words("changes.confirmed")}</p>')
        if html := change_markup.read_html(state, words):
            st.html(html)


def _ask_confirmation(desk: Desk, brief: Brief, words: Words) -> None:
    if not present().may("changes.confirm"):
        return
    with st.form("change-confirm", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        show_name_field(words("changes.by"), _BY)
        st.form_submit_button(
            words("changes.confirm"),
            type="primary",
            icon=":material/done_all:",
            on_click=_confirm,
            args=(desk, brief),
        )


@action("changes.confirm")
def _confirm(desk: Desk, brief: Brief) -> None:
    try:
        desk.changes.confirmations.confirm(brief, remember_name(str(st.session_state.get(_BY, ""))))
    except AppError as error:
        say_problem(error)


def _show_touched(desk: Desk, brief: Brief, words: Words) -> None:
    if brief.what == "new":
        return
    st.html(heading_html(words("changes.touched")))
    known: dict[str, list[TouchedAnswer]] = st.session_state.setdefault(_TOUCHED, {})
    if brief.id not in known:
        with st.spinner(words("changes.touched.looking")):
            try:
                known[brief.id] = desk.changes.touched(brief)
            except (AppError, IngestError) as error:
                st.html(markup.callout_html("error", str(error)))
                return
    touched = [each for each in known[brief.id] if mine(desk).may_read(each.conversation_id)]
    drafts = desk.changes.open_drafts(brief)
    if drafts:
        st.html(
            markup.callout_html("warning", words("changes.drafts", drafts=", ".join(str(each.id) for each in drafts)))
        )
    if not touched:
        st.html(f'<p class="pd-quiet">{words("changes.touched.none")}</p>')
    by_answer: dict[int, list[TouchedAnswer]] = {}
    for each in touched:
        by_answer.setdefault(each.message_id, []).append(each)
    for sentences in by_answer.values():
        _show_answer(desk, brief, sentences, words)


def _show_answer(desk: Desk, brief: Brief, touched: Sequence[TouchedAnswer], words: Words) -> None:
    """One answer with each of its sentences that rests on words which are others now."""
    compared: dict[int, Compared] = st.session_state.setdefault(_AGAIN, {})
    first = touched[0]
    state = "wrong" if any(each.wrong for each in touched) else "holds"
    with st.container(key=f"touched-{state}-{first.message_id}"):
        st.html(change_markup.touched_html(touched, words))
        with st.container(horizontal=True):
            st.button(
                words("changes.touched.open"),
                key=f"touched-open-{first.message_id}",
                type="tertiary",
                icon=":material/forum:",
                on_click=select_conversation,
                args=(first.conversation_id,),
            )
            label = words("changes.again")
            asked = st.button(label, key=f"touched-again-{first.message_id}", type="tertiary", icon=":material/replay:")
        if asked:
            with st.spinner(words("changes.again.asking")):
                found = _asked_again(desk, brief, first)
            if found is not None:
                compared[first.message_id] = found
        if first.message_id in compared:
            st.html(change_markup.compared_html(compared[first.message_id], first.language, words))


def _asked_again(desk: Desk, brief: Brief, touched: TouchedAnswer) -> Compared | None:
    ahead = brief.effective_from if brief.is_ahead(date.today()) else None
    try:
        count_question()
        messages = mine(desk).messages(touched.conversation_id)
        old = next((each.answer for each in messages if each.id == touched.message_id), None)
        return ask_again(desk.assistant, touched.question, old, ahead, present().audience) if old else None
    except (AppError, IngestError) as error:
        said = problem_text(error) if isinstance(error, AppError) else str(error)
        st.html(markup.callout_html("error", said))
        return None
