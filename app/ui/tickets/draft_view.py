"""The draft of a reply: written on request, changed, checked, sent or handed over; never sent by itself."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.accounts.audiences import covers
from app.desk.drafts.draft import Review
from app.desk.drafts.jobs import Writing
from app.desk.drafts.needs import waiting_messages
from app.desk.drafts.records import KeptDraft
from app.errors import AppError
from app.ui import markup
from app.ui.answer_view import draw_panels
from app.ui.case_markup import age_of, heading_html
from app.ui.gone import redrawn
from app.ui.languages import direction, language_name
from app.ui.own_name import own_name, remember_name, show_name_field
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.tickets import draft_markup
from app.ui.tickets.draft_changes import draw_changes
from app.ui.tickets.drawing import Drawing, start
from app.ui.tickets.order_view import chosen_rules
from app.ui.times import shown_date
from app.ui.visiting import action
from app.ui.wording import Words
from ingest.sources.tickets import Ticket

_POLL_SECONDS = 0.4
_TEXT_CHARACTERS = 20_000
_EDITOR_HEIGHT = 320  # pixels
_BY = "draft-by"


def show_draft(
    desk: Desk,
    conversation_id: str,
    ticket: Ticket,
    words: Words,
    audience: str = "agent",
) -> None:
    """Draw the draft of this conversation's ticket, and all that can be done with it.

    :param audience: of the agent, which decides on the documents that may be read.
    """
    writing = desk.drafts.writing(conversation_id)
    poll = _POLL_SECONDS if writing is not None and writing.running else None
    with st.container(key=f"draft-frame-{conversation_id}"):
        st.html(heading_html(words("drafts.heading")))
        as_of = (
            chosen_rules(desk.library, conversation_id, ticket, words, audience) if waiting_messages(ticket) else None
        )
        redrawn(_draw, poll)(Drawing(desk, conversation_id, ticket, words, audience, as_of))


def _draw(drawing: Drawing) -> None:
    if st.session_state.pop("draft-changed", None):
        st.rerun()  # the whole page: a fragment polls only from its next run on
    if problem := st.session_state.pop("draft-problem", None):
        st.html(markup.callout_html("error", problem))
    writing = drawing.desk.drafts.writing(drawing.conversation_id)
    if writing is not None and writing.running:
        st.session_state["draft-was-writing"] = drawing.conversation_id
        _draw_writing(drawing, writing)
        return
    if st.session_state.pop("draft-was-writing", None) == drawing.conversation_id:
        st.rerun()  # it is done: no more polling
    if writing is not None:
        st.html(markup.callout_html("error", writing.error))
    try:
        kept = drawing.desk.drafts.latest(drawing.conversation_id)
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
        return
    if kept is None or not covers(drawing.audience, kept.draft.audience):  # what it cites is for others
        _draw_nothing(drawing)
    elif kept.state == "sent":
        _draw_sent(drawing, kept)
    else:
        _draw_open(drawing, kept)


def _draw_nothing(drawing: Drawing) -> None:
    words = drawing.words
    waits = bool(waiting_messages(drawing.ticket))
    if case := st.session_state.get(f"handed-over-{drawing.conversation_id}"):
        number, team = case
        st.html(markup.callout_html("note", words("drafts.handed_over", number=number, team=team)))
        st.button(
            words("escalated.open"),
            key="draft-case",
            type="tertiary",
            icon=":material/arrow_forward:",
            on_click=_open_case,
            args=(str(number),),
        )
    st.html(f'<p class="pd-quiet">{words("drafts.none" if waits else "drafts.nothing_waits")}</p>')
    _write_button(drawing, "drafts.write", disabled=not waits)


def _write_button(drawing: Drawing, label: str, disabled: bool = False) -> None:
    st.button(
        drawing.words(label),
        key="draft-write",
        type="primary",
        icon=":material/edit_note:",
        disabled=disabled,
        on_click=start,
        args=(drawing, None),
    )


def _open_case(number: str) -> None:
    open_place("queue", number)
    st.session_state["draft-changed"] = True


def _draw_writing(drawing: Drawing, writing: Writing) -> None:
    words = drawing.words
    told = words("drafts.writing.parts", done=writing.done, of=writing.of) if writing.of else words("drafts.writing")
    with st.container(key="progress-draft", horizontal=True, wrap=False, vertical_alignment="center"):
        st.html(f'<p class="pd-phase" role="status" aria-live="polite">{told}</p>')
        st.button(
            words("drafts.stop"), key="draft-stop", icon=":material/stop_circle:", on_click=_stop, args=(drawing,)
        )


@action("tickets.write")
def _stop(drawing: Drawing) -> None:
    drawing.desk.drafts.stop(drawing.conversation_id)
    st.session_state["draft-changed"] = True


def _draw_open(drawing: Drawing, kept: KeptDraft) -> None:
    words, draft = drawing.words, kept.draft
    if draft.handover is not None:
        st.html(draft_markup.handover_html(draft.handover, words))
    if draft.as_of is not None:
        day = shown_date(draft.as_of, words.language)
        st.html(f'<p class="pd-quiet">{escape(words("drafts.rules_of", day=day))}</p>')
    panel = -kept.id  # messages of conversations have the positive numbers
    st.html(draft_markup.evidence_html(draft, panel, words))
    draw_panels(draft.sources, panel, words)
    if html := markup.limits_html(draft.citations, panel, words):
        st.html(html)
    if html := markup.contradictions_html(draft.contradictions, panel, words):
        st.html(html)
    if html := markup.withheld_html(draft.withheld, draft.language, words):
        st.html(html)
    with st.container(key=f"draft-edit-{direction(draft.language)}-{kept.id}"):
        text = st.text_area(
            words("drafts.editor", language=language_name(draft.language, words.language)),
            value=kept.text,
            key=_text_key(kept),
            height=_EDITOR_HEIGHT,
            max_chars=_TEXT_CHARACTERS,
            help=words("drafts.editor.help"),
        )
    found = _reviewed(drawing, kept, text or "")
    if found is not None:
        st.html(draft_markup.review_html(found, draft.language, words))
    draw_changes(drawing, kept)
    _draw_ways_out(drawing, kept, found)


def _reviewed(drawing: Drawing, kept: KeptDraft, text: str) -> Review | None:
    """What is found of the text; the same text is not looked at twice."""
    key = f"draft-review-{kept.id}"
    known = st.session_state.get(key)
    if isinstance(known, Review) and known.text == text:
        return known
    try:
        with st.spinner(drawing.words("drafts.checking")):
            found = drawing.desk.drafts.review(kept, drawing.ticket, text)
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
        return None
    st.session_state[key] = found
    return found


def _draw_ways_out(drawing: Drawing, kept: KeptDraft, found: Review | None) -> None:
    words = drawing.words
    blocked = found is None or not found.sendable
    with st.container(key=f"draft-send-{kept.id}", horizontal=True, vertical_alignment="bottom"):
        if not own_name():
            show_name_field(words("drafts.by"), _BY)
        st.button(
            words("drafts.hand_over"),
            key="draft-hand-over",
            icon=":material/support_agent:",
            on_click=_hand_over,
            args=(drawing, kept),
        )
        st.button(
            words("drafts.send"),
            key="draft-send",
            type="primary",
            icon=":material/send:",
            disabled=blocked,
            help=words("drafts.send.blocked") if blocked else None,
            on_click=_send,
            args=(drawing, kept),
        )


@action("tickets.write")
def _send(drawing: Drawing, kept: KeptDraft) -> None:
    """Send the text as it stands in its field now; it is looked at once more on its way."""
    try:
        drawing.desk.drafts.send(kept.id, drawing.ticket, str(st.session_state.get(_text_key(kept), "")), _by())
    except AppError as error:
        st.session_state["draft-problem"] = str(error)
    st.session_state["draft-changed"] = True


@action("tickets.write")
def _hand_over(drawing: Drawing, kept: KeptDraft) -> None:
    try:
        case = drawing.desk.drafts.hand_over(kept.id, drawing.ticket, _by())
        st.session_state[f"handed-over-{drawing.conversation_id}"] = (case.id, case.team)
    except AppError as error:
        st.session_state["draft-problem"] = str(error)
    st.session_state["draft-changed"] = True


def _by() -> str:
    return own_name() or remember_name(str(st.session_state.get(_BY, "")))


def _text_key(kept: KeptDraft) -> str:
    return f"draft-text-{kept.id}"


def _draw_sent(drawing: Drawing, kept: KeptDraft) -> None:
    words, changes = drawing.words, kept.difference
    percent = round(100 * changes.edit_share) if changes else 0
    told = words("drafts.sent.changed", percent=percent) if percent else words("drafts.sent.as_is")
    with st.container(key=f"draft-sent-{kept.id}"):
        note = words("drafts.sent", by=kept.by, age=age_of(kept.at, words.language))
        st.html(markup.callout_html("note", told, note))
        st.html(draft_markup.letter_html(kept.sent_text or "", kept.draft.language))
        if changes and (html := draft_markup.difference_html(changes, kept.draft.language, words)):
            st.html(html)
        if waiting_messages(drawing.ticket):
            _write_button(drawing, "drafts.new")
