"""One answer on the page: while it is written, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from app.answers import AskedBack, Citation, Escalated, Sentence, Understanding
from app.asking_back import COUNTRY_OPEN
from app.conversations.records import Message
from app.errors import AppError
from app.jobs import Snapshot
from app.ui import markup
from app.ui.asking import ask
from app.ui.attempts_markup import attempts_html
from app.ui.case_markup import escalated_html
from app.ui.gone import redrawn
from app.ui.labels import plain_label
from app.ui.languages import direction
from app.ui.pacing import Pace
from app.ui.rating_view import show_rating, show_thumbs
from app.ui.resources import Desk
from app.ui.session import open_place
from app.ui.source_markup import citation_panel
from app.ui.times import shown_at
from app.ui.visiting import action, mine, present, say_problem
from app.ui.wording import Words

_POLL = Pace(least_s=0.3, together=20)
_DOCUMENTS_NAMED = 2


@dataclass(slots=True)
class _Shown:
    """What the page shows of an answer that is being written."""

    snapshot: Snapshot | None = None


def show_answer(desk: Desk, message: Message, may_rate: bool, may_choose: bool, words: Words) -> None:
    """Draw an answer; while it is being written it redraws itself, and the page once at the end.

    :param may_choose: what was asked back can be chosen by a click.
    """
    with st.container(key=f"answer-{message.id}"):
        if message.status == "running":
            redrawn(_draw_along, _POLL.seconds())(desk, message, words, _Shown())
        else:
            redrawn(_draw, None)(desk, message, may_rate, may_choose, words)


def _draw(desk: Desk, message: Message, may_rate: bool, may_choose: bool, words: Words) -> None:
    present()  # who is signed out is shown nothing, whatever is clicked
    _draw_ended(desk, message, Snapshot.of(message), may_rate, may_choose, words)


def _draw_along(desk: Desk, message: Message, words: Words, shown: _Shown) -> None:
    snapshot = desk.jobs.snapshot(message.id)
    if snapshot != shown.snapshot:  # what they may see of it is asked where there is something new to see
        mine(desk).require_readable_message(message.id)
        shown.snapshot = snapshot
    if snapshot.status != "running":
        st.rerun()
    _draw_running(desk, snapshot, words)


def _draw_understood(understood: Understanding | None, words: Words) -> None:
    if html := markup.understood_html(understood, words):
        st.html(html)


def _draw_running(desk: Desk, snapshot: Snapshot, words: Words) -> None:
    partial = snapshot.partial
    _draw_understood(partial.understood, words)
    language = partial.language or "en"
    st.html(
        markup.sentences_html(partial.sentences, partial.citations, language, snapshot.message_id, words, writing=True)
    )
    draw_panels(partial.citations, snapshot.message_id, words)
    if partial.problem:
        st.html(markup.callout_html("warning", partial.problem))
    with st.container(key=f"progress-{snapshot.message_id}", horizontal=True, wrap=False, vertical_alignment="center"):
        phase = _phase(snapshot, desk.jobs.before(snapshot.message_id), words)
        st.html(f'<p class="pd-phase" role="status" aria-live="polite">{phase}</p>')
        st.button(
            words("message.stop"),
            key=f"stop-{snapshot.message_id}",
            icon=":material/stop_circle:",
            on_click=_stop,
            args=(desk, snapshot.message_id),
        )


def _draw_ended(
    desk: Desk, message: Message, snapshot: Snapshot, may_rate: bool, may_choose: bool, words: Words
) -> None:
    # A stopped answer stays what its reader saw when pressing Stop.
    answer = snapshot.answer if snapshot.status == "finished" else None
    partial = snapshot.partial
    language = (answer.language if answer else partial.language) or "en"
    _draw_understood(answer.understood if answer else partial.understood, words)
    if answer is not None and answer.action == "abstain" and COUNTRY_OPEN in answer.reasons:
        withheld = []  # nothing was written yet, and what is asked back, below, says all
    elif answer is not None and answer.action != "answer":
        with st.container(key=f"verdict-{answer.action}-{message.id}"):
            st.html(markup.verdict_html(answer.action, answer.reasons, words))
            st.html(markup.plain_html(answer.answer, language))
        withheld = [sentence for sentence in answer.sentences if not sentence.supported]
    else:
        sentences = answer.sentences if answer else partial.sentences
        citations = answer.sources if answer else partial.citations
        withheld = _draw_sentences(sentences, citations, answer.answer if answer else "", language, message.id, words)
        withheld = withheld or list(partial.withheld if answer is None else ())
    limited = answer.citations if answer is not None and answer.action == "answer" else ()
    if html := markup.limits_html(limited, message.id, words):
        st.html(html)
    if answer is not None and (html := markup.contradictions_html(answer.contradictions, message.id, words)):
        st.html(html)
    if answer is not None and answer.asked_back is not None:
        _draw_asked_back(desk, answer.asked_back, language, message.id, may_choose)
    if answer is not None and answer.escalation is not None:
        _draw_escalation(answer.escalation, message.id, words)
    if answer is not None and answer.recalled is not None:
        at = shown_at(answer.recalled.at, words.language, st.context.timezone)
        with st.container(key=f"recalled-{message.id}"):
            st.html(markup.callout_html("note", words("message.recalled", date=at)))
    if answer is not None and answer.notice:
        st.html(markup.callout_html("note", answer.notice))
    _draw_ending(snapshot, words)
    if html := markup.repaired_html(answer.sentences if answer else partial.sentences, language, words):
        st.html(html)
    if html := markup.withheld_html(withheld, language, words):
        st.html(html)
    if answer is not None and (html := attempts_html(answer, words)):
        st.html(html)
    if answer is not None:
        with st.container(key=f"foot-{message.id}", horizontal=True, wrap=False, vertical_alignment="center"):
            model = answer.model if answer.action == "answer" else None
            st.html(markup.badges_html(answer.language, answer.confidence, model, words))
            chosen = show_thumbs(desk, message) if may_rate else None
        show_rating(desk, message, chosen, words)


def _draw_sentences(
    sentences: tuple[Sentence, ...],
    citations: tuple[Citation, ...],
    text: str,
    language: str,
    message_id: int,
    words: Words,
) -> list[Sentence]:
    """Draw what is supported; return what is not."""
    if any(sentence.supported for sentence in sentences):
        st.html(markup.sentences_html(sentences, citations, language, message_id, words))
        draw_panels(citations, message_id, words)
    elif text:
        st.html(markup.plain_html(text, language))
    return [sentence for sentence in sentences if not sentence.supported]


def draw_panels(citations: tuple[Citation, ...], message_id: int, words: Words) -> None:
    """Draw what the chips of these citations open."""
    # An element each: a panel that is open stays so while further sentences arrive.
    with st.container(key=f"panels-{message_id}", gap=None):
        for citation in citations:
            st.html(citation_panel(citation, message_id, words))


def _draw_asked_back(desk: Desk, asked: AskedBack, language: str, message_id: int, may_choose: bool) -> None:
    named = () if may_choose else [choice.label for choice in asked.choices]
    with st.container(key=f"asked-back-{direction(language)}-{message_id}"):
        st.html(markup.asked_back_html(asked.text, named, language))
        if may_choose:
            with st.container(key=f"choices-{direction(language)}-{message_id}", horizontal=True):
                for choice in asked.choices:
                    key = f"choose-{message_id}-{choice.country}"
                    if st.button(plain_label(choice.label), key=key, on_click=ask, args=(desk, choice.question)):
                        st.rerun()  # the answer to come is no part of this one's fragment


def _draw_escalation(escalation: Escalated, message_id: int, words: Words) -> None:
    with st.container(key=f"escalated-{message_id}"):
        st.html(escalated_html(escalation, words))
        label = words("escalated.open")
        if present().may("cases.read") and st.button(
            label, key=f"case-of-{message_id}", type="tertiary", icon=":material/arrow_forward:"
        ):
            open_place("queue", str(escalation.id))
            st.rerun()  # a click in a fragment draws that alone, and this leads to another page


def _draw_ending(snapshot: Snapshot, words: Words) -> None:
    if snapshot.status == "failed":
        st.html(markup.callout_html("error", words("message.failed", error=snapshot.error)))
    elif snapshot.status in ("stopped", "interrupted"):
        st.html(markup.callout_html("warning", words(f"message.{snapshot.status}")))


def _phase(snapshot: Snapshot, before: int | None, words: Words) -> str:
    if before:
        return words.counted("phase.waiting_behind", before)
    partial = snapshot.partial
    documents = escape(", ".join(list(dict.fromkeys(partial.documents))[:_DOCUMENTS_NAMED]))
    if partial.phase in ("retrieved", "generating"):
        key = f"phase.{partial.phase}" if documents else f"phase.{partial.phase}_nothing"
        return words(key, documents=f"<bdi>{documents}</bdi>")
    return words(f"phase.{partial.phase}")


@action("chat.ask")
def _stop(desk: Desk, message_id: int) -> None:
    try:
        mine(desk).require_own_message(message_id)
        desk.jobs.stop(message_id)
    except AppError as error:
        say_problem(error)
