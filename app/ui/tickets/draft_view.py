"""The draft of a reply: written on request, changed, checked, sent or handed over; never sent by itself."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app.accounts.audiences import covers
from app.desk.drafts.draft import Review, Wish
from app.desk.drafts.jobs import Writing
from app.desk.drafts.needs import waiting_messages
from app.desk.drafts.records import KeptDraft
from app.errors import AppError
from app.ui import markup
from app.ui.answer_view import draw_panels
from app.ui.case_markup import age_of, heading_html
from app.ui.languages import direction, language_name
from app.ui.own_name import own_name, remember_name, show_name_field
from app.ui.resources import Desk, model_name
from app.ui.session import open_place
from app.ui.tickets import draft_markup
from app.ui.visiting import action
from app.ui.wording import Words
from ingest.sources.tickets import Ticket

_POLL_SECONDS = 0.4
_REMARK_CHARACTERS = 500
_TEXT_CHARACTERS = 20_000
_EDITOR_HEIGHT = 320  # pixels


def show_draft(
    desk: Desk,
    conversation_id: str,
    ticket: Ticket,
    words: Words,
    audience: str = "agent",
    as_of: date | None = None,
) -> None:
    """Draw the draft of this conversation's ticket, and all that can be done with it.

    :param audience: of the agent, which decides on the documents that may be read.
    :param as_of: the day whose rules hold for this customer, as that of the order; today when None.
    """
    writing = desk.drafts.writing(conversation_id)
    poll = _POLL_SECONDS if writing is not None and writing.running else None
    with st.container(key=f"draft-frame-{conversation_id}"):
        st.html(heading_html(words("drafts.heading")))
        st.fragment(_draw, run_every=poll)(_Drawing(desk, conversation_id, ticket, words, audience, as_of))


class _Drawing:
    """One draft on its way to the page."""

    def __init__(
        self, desk: Desk, conversation_id: str, ticket: Ticket, words: Words, audience: str, as_of: date | None
    ) -> None:
        self.desk = desk
        self.conversation_id = conversation_id
        self.ticket = ticket
        self.words = words
        self.audience = audience
        self.as_of = as_of


def _draw(drawing: _Drawing) -> None:
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


def _draw_nothing(drawing: _Drawing) -> None:
    words = drawing.words
    waits = bool(waiting_messages(drawing.ticket))
    if case := st.session_state.get(f"handed-over-{drawing.conversation_id}"):
        number, team = case
        st.html(markup.callout_html("note", words("drafts.handed_over", number=number, team=team)))
        if st.button(words("escalated.open"), key="draft-case", type="tertiary", icon=":material/arrow_forward:"):
            open_place("queue", str(number))
            st.rerun()
    st.html(f'<p class="pd-quiet">{words("drafts.none" if waits else "drafts.nothing_waits")}</p>')
    _write_button(drawing, "drafts.write", disabled=not waits)


def _write_button(drawing: _Drawing, label: str, disabled: bool = False) -> None:
    if st.button(
        drawing.words(label), key="draft-write", type="primary", icon=":material/edit_note:", disabled=disabled
    ):
        _write(drawing, None)


def _write(drawing: _Drawing, wish: Wish | None) -> None:
    _start(drawing, wish)
    st.rerun()  # a fragment polls only from the next run of the page on


@action("tickets.write")
def _start(drawing: _Drawing, wish: Wish | None) -> None:
    drawing.desk.drafts.start(drawing.conversation_id, drawing.ticket, wish, drawing.audience, drawing.as_of)


def _draw_writing(drawing: _Drawing, writing: Writing) -> None:
    words = drawing.words
    told = words("drafts.writing.parts", done=writing.done, of=writing.of) if writing.of else words("drafts.writing")
    with st.container(key="progress-draft", horizontal=True, wrap=False, vertical_alignment="center"):
        st.html(f'<p class="pd-phase" role="status" aria-live="polite">{told}</p>')
        if st.button(words("drafts.stop"), key="draft-stop", icon=":material/stop_circle:"):
            _stop(drawing)
            st.rerun()


@action("tickets.write")
def _stop(drawing: _Drawing) -> None:
    drawing.desk.drafts.stop(drawing.conversation_id)


def _draw_open(drawing: _Drawing, kept: KeptDraft) -> None:
    words, draft = drawing.words, kept.draft
    if draft.handover is not None:
        st.html(draft_markup.handover_html(draft.handover, words))
    panel = -kept.id  # messages of conversations have the positive numbers
    st.html(draft_markup.evidence_html(draft, panel, words))
    draw_panels(draft.sources, panel, words)
    if html := markup.contradictions_html(draft.contradictions, panel, words):
        st.html(html)
    if html := markup.withheld_html(draft.withheld, draft.language, words):
        st.html(html)
    with st.container(key=f"draft-edit-{direction(draft.language)}-{kept.id}"):
        text = st.text_area(
            words("drafts.editor", language=language_name(draft.language, words.language)),
            value=kept.text,
            key=f"draft-text-{kept.id}",
            height=_EDITOR_HEIGHT,
            max_chars=_TEXT_CHARACTERS,
            help=words("drafts.editor.help"),
        )
    found = _reviewed(drawing, kept, text or "")
    if found is not None:
        st.html(draft_markup.review_html(found, draft.language, words))
    _draw_changes(drawing, kept)
    _draw_ways_out(drawing, kept, text or "", found)


def _reviewed(drawing: _Drawing, kept: KeptDraft, text: str) -> Review | None:
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


def _draw_changes(drawing: _Drawing, kept: KeptDraft) -> None:
    words, wish = drawing.words, kept.draft.wish
    with st.container(key=f"draft-changes-{kept.id}", horizontal=True):
        if st.button(words("drafts.again"), key="draft-again", icon=":material/refresh:"):
            _write(drawing, wish)
        if st.button(words("drafts.shorter"), key="draft-shorter", icon=":material/short_text:", disabled=wish.brief):
            _write(drawing, wish.model_copy(update={"brief": True}))
        is_formal = kept.draft.manner == "formal"
        if st.button(words("drafts.formal"), key="draft-formal", icon=":material/work:", disabled=is_formal):
            _write(drawing, wish.model_copy(update={"manner": "formal"}))
        with st.popover(words("drafts.remark"), icon=":material/comment:"):
            _draw_remark(drawing, kept)
        if kept.draft.language != words.language:
            _draw_beside_button(drawing, kept)
    found = st.session_state.get(f"draft-beside-{kept.id}")
    if found is not None:
        st.html(draft_markup.beside_html(found, words))


def _draw_remark(drawing: _Drawing, kept: KeptDraft) -> None:
    words = drawing.words
    if model_name(drawing.desk.assistant) is None:
        st.html(f'<p class="pd-quiet">{words("drafts.remark.no_model")}</p>')
    remark = st.text_area(
        words("drafts.remark.label"),
        key=f"draft-remark-{kept.id}",
        max_chars=_REMARK_CHARACTERS,
        placeholder=words("drafts.remark.placeholder"),
    )
    if st.button(words("drafts.remark.go"), key="draft-remark-go", type="primary") and (remark or "").strip():
        _write(drawing, kept.draft.wish.model_copy(update={"remark": " ".join((remark or "").split())}))


def _draw_beside_button(drawing: _Drawing, kept: KeptDraft) -> None:
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


def _draw_ways_out(drawing: _Drawing, kept: KeptDraft, text: str, found: Review | None) -> None:
    words = drawing.words
    blocked = found is None or not found.sendable
    with st.container(key=f"draft-send-{kept.id}", horizontal=True, vertical_alignment="bottom"):
        by = own_name() or show_name_field(words("drafts.by"), "draft-by")
        handed = st.button(words("drafts.hand_over"), key="draft-hand-over", icon=":material/support_agent:")
        sent = st.button(
            words("drafts.send"),
            key="draft-send",
            type="primary",
            icon=":material/send:",
            disabled=blocked,
            help=words("drafts.send.blocked") if blocked else None,
        )
    if not (sent or handed):
        return
    _let_go(drawing, kept, text if sent else None, remember_name(by))
    st.rerun()


@action("tickets.write")
def _let_go(drawing: _Drawing, kept: KeptDraft, text: str | None, by: str) -> None:
    """Send ``text``, or hand the ticket over where there is none."""
    try:
        if text is not None:
            drawing.desk.drafts.send(kept.id, drawing.ticket, text, by)
        else:
            case = drawing.desk.drafts.hand_over(kept.id, drawing.ticket, by)
            st.session_state[f"handed-over-{drawing.conversation_id}"] = (case.id, case.team)
    except AppError as error:
        st.session_state["draft-problem"] = str(error)


def _draw_sent(drawing: _Drawing, kept: KeptDraft) -> None:
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
