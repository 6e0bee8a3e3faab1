"""The packet with which an agent hands a ticket over: what is asked, what was drafted, what was withheld."""

from __future__ import annotations

from datetime import UTC, datetime

from app.desk.drafts.draft import Draft, Handover
from app.escalations.packet import Packet, Said
from guardrails.escalation.policy import EscalationPolicy
from ingest.sources.tickets import Ticket
from prompts.library import cause_name, escalation_summary, first_step, language_name

_CAUSE = "agent-asks"
_FIRST_STEP = "take-over"
_QUESTION_CHARACTERS = 300
_DOCUMENTS_NAMED = 3
_NO_TIME = datetime.fromtimestamp(0, UTC)


def packet_of_draft(draft: Draft, ticket: Ticket, policy: EscalationPolicy) -> Packet:
    """The case that the ticket becomes; where no rule asks for a person, the default team gets it."""
    handover = draft.handover or Handover(
        cause=_CAUSE,
        team=policy.default.team,
        priority=policy.default.priority,
        first_step=_FIRST_STEP,
        takes_over=True,
    )
    asked = " ".join(need.text for need in draft.needs) or ticket.subject or ticket.id
    sources = draft.sources
    titles = list(dict.fromkeys(source.title for source in sources))[:_DOCUMENTS_NAMED]
    values = {
        "cause": cause_name(handover.cause, draft.language),
        "number": str(sum(message.author == "customer" for message in ticket.messages)),
        "language": language_name(draft.language, draft.language),
        "question": asked[:_QUESTION_CHARACTERS],
        "customer": ticket.customer_id,
        "documents": ", ".join(titles),
        "withheld": str(len(draft.withheld)),
    }
    return Packet(
        cause=handover.cause,
        team=handover.team,
        priority=handover.priority,
        first_step=handover.first_step,
        first_step_text=first_step(handover.first_step, draft.language),
        summary=escalation_summary(draft.language, values),
        question=asked,
        language=draft.language,
        understood=None,
        customer=ticket.customer_id,
        conversation=_conversation(ticket, draft.language),
        action="answer" if any(need.answered for need in draft.needs) else "abstain",
        reasons=draft.reasons,
        confidence=max((need.confidence for need in draft.needs), default=0.0),
        answered=draft.sentences,
        withheld=draft.withheld,
        found=sources,
        contradictions=draft.contradictions,
        findings=draft.findings,
        audience=draft.audience,
    )


def _conversation(ticket: Ticket, language: str) -> tuple[Said, ...]:
    return tuple(
        Said(
            role="assistant" if message.author == "agent" else "user",
            text=message.text,
            language=language,
            at=_time(message.at or ticket.created_at),
        )
        for message in ticket.messages
        if message.text and not message.internal
    )


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _NO_TIME
    return found if found.tzinfo else found.replace(tzinfo=UTC)
