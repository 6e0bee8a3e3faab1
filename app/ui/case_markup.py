"""A case for a person as HTML: in the queue, under an answer, and its packet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from app.answers import Escalated, Finding
from app.escalations.packet import Packet, Said
from app.escalations.records import Escalation
from app.ui.languages import language_name
from app.ui.markup import withheld_items
from app.ui.source_markup import written_in
from app.ui.wording import Words
from prompts.library import cause_name, first_step


def escalated_html(escalated: Escalated, words: Words) -> str:
    """The tile of an answer that went to a person: to whom, why, and what they do first."""
    team = words("escalated.team", team=f"<bdi>{escape(escalated.team)}</bdi>")
    why = words("escalated.why", cause=escape(cause_name(escalated.cause, words.language)))
    step = words("escalated.first_step", step=escape(first_step(escalated.first_step, words.language)))
    return (
        f'<div class="pd-case-top"><strong>{team}</strong>{_priority(escalated.priority, words)}</div>'
        f'<p class="pd-case-line">{why}</p><p class="pd-case-line pd-quiet">{step}</p>'
    )


def card_html(case: Escalation, words: Words) -> str:
    """A case in the queue."""
    packet = case.packet
    return (
        f'<div class="pd-case-top"><strong class="pd-cause">{escape(cause_name(case.cause, words.language))}</strong>'
        f"{_priority(case.priority, words)}</div>"
        f'<p class="pd-case-question" {written_in(packet.language)}>{escape(packet.question)}</p>{_facts(case, words)}'
    )


def head_html(case: Escalation, words: Words) -> str:
    """What a case is about, who looks after it, and the first step."""
    words_of = words.language
    step = escape(first_step(case.packet.first_step, words_of))
    remark = f'<p class="pd-case-line">{escape(words("case.remark", remark=case.remark))}</p>' if case.remark else ""
    return (
        f'<div class="pd-case-top"><h1 class="pd-case-title pd-cause">{escape(cause_name(case.cause, words_of))}</h1>'
        f"{_priority(case.priority, words)}</div>{_facts(case, words)}{remark}"
        f'<section class="pd-callout pd-warning pd-first-step" role="note">'
        f"<strong>{escape(words('case.first_step'))}</strong>{step}</section>"
    )


def asked_html(packet: Packet, words: Words) -> str:
    """The question, and how it was understood."""
    understood = ""
    if packet.understood:
        question = f"<bdi>{escape(packet.understood)}</bdi>"
        understood = f'<p class="pd-case-line pd-quiet">{words("case.understood", question=question)}</p>'
    question = f'<p class="pd-case-asked" {written_in(packet.language)}>{escape(packet.question)}</p>'
    return f"{heading_html(words('case.asked'))}{question}{understood}"


def answer_html(case: Escalation, words: Words) -> str:
    """What a person told the customer; nothing where nobody has yet."""
    if not case.answer:
        return ""
    text = f'<p class="pd-case-summary" {written_in(case.packet.language)}>{escape(case.answer)}</p>'
    return f"{heading_html(words('case.answer.heading'))}{text}"


def summary_html(packet: Packet, words: Words) -> str:
    """The paragraph on the case, in the question's language."""
    text = f'<p class="pd-case-summary" {written_in(packet.language)}>{escape(packet.summary)}</p>'
    return f"{heading_html(words('case.summary'))}{text}"


def withheld_list_html(packet: Packet, words: Words) -> str:
    """Each sentence that did not pass with its reasons; nothing when all did."""
    items = withheld_items(packet.withheld, packet.language, words)
    return f'{heading_html(words("case.withheld"))}<ul class="pd-case-list">{items}</ul>' if items else ""


def findings_html(findings: Sequence[Finding], words: Words) -> str:
    """What each guard found; nothing when none did."""
    items = "".join(
        f"<li><strong>{escape(words.reason(each.code))}</strong> ({escape(each.guard)}, {each.score:.0%}): "
        f'<bdi lang="en">{escape(each.reason)}</bdi></li>'
        for each in findings
    )
    return f'{heading_html(words("case.findings"))}<ul class="pd-case-list">{items}</ul>' if items else ""


def reasons_html(codes: Sequence[str], words: Words) -> str:
    """The reasons of the answer; nothing when it has none."""
    items = "".join(f"<li>{escape(words.reason(code))}</li>" for code in codes)
    return f'{heading_html(words("case.reasons"))}<ul class="pd-case-list">{items}</ul>' if items else ""


def conversation_html(conversation: Sequence[Said], words: Words) -> str:
    """What was said so far, closed until asked for."""
    items = "".join(
        f'<li class="pd-said-{said.role}"><span class="pd-quiet">'
        f"{escape(words('message.you') if said.role == 'user' else words('message.answer'))}</span>"
        f"<p {written_in(said.language or 'en')}>{escape(said.text)}</p></li>"
        for said in conversation
    )
    summary = escape(words("case.conversation"))
    return f'<details class="pd-case-said"><summary>{summary}</summary><ol>{items}</ol></details>'


def heading_html(text: str) -> str:
    """The heading of a part of the packet."""
    return f'<h2 class="pd-case-heading">{escape(text)}</h2>'


def _priority(priority: str, words: Words) -> str:
    return f'<span class="pd-priority pd-{escape(priority)}">{escape(words(f"case.priority.{priority}"))}</span>'


def _facts(case: Escalation, words: Words) -> str:
    facts = [
        words(f"case.state.{case.state}"),
        case.team,
        words("case.since", age=age_of(case.created_at, words.language)),
        language_name(case.packet.language, words.language),
    ]
    if case.packet.customer:
        facts.append(words("case.customer", customer=case.packet.customer))
    if case.closed_by and case.state == "closed":
        facts.append(words("case.closed", name=case.closed_by))
    elif case.answered_by:
        facts.append(words("case.answer.by", name=case.answered_by))
    elif case.acknowledged_by:
        facts.append(words("case.acknowledged", name=case.acknowledged_by))
    return f'<ul class="pd-facts">{"".join(f"<li>{escape(fact)}</li>" for fact in facts)}</ul>'


def age_of(since: datetime, language: str) -> str:
    """How long ago it was, in words."""
    from babel.dates import format_timedelta

    return str(format_timedelta(datetime.now(UTC) - since, granularity="minute", locale=language))
