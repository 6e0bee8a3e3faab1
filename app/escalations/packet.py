"""The packet: all that a person needs to take a case over at once, as it was when the case arose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.answers import Action, Answer, Citation, Contradiction, Finding, Findings, Question, Sentence
from app.conversations.records import Message, shortened
from guardrails.escalation.deciding import Decision
from guardrails.escalation.policy import Priority
from prompts.library import cause_name, escalation_summary, first_step, language_name

_QUESTION_CHARACTERS = 300  # of the summary
_DOCUMENTS_NAMED = 3


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(_Frozen):
    """A message of the conversation."""

    role: Literal["user", "assistant"]
    text: str
    language: str | None
    at: datetime  # UTC


class Packet(_Frozen):
    """One case; every text is as it stood then, so that nothing is lost when documents change."""

    cause: str
    team: str
    priority: Priority
    first_step: str  # a key of ``first_steps`` in prompts/phrases, or words that stand for themselves
    first_step_text: str  # in the question's language
    summary: str  # one paragraph in the question's language
    question: str
    language: str
    understood: str | None  # the question made self-contained, where it leaned on earlier ones
    customer: str | None
    conversation: tuple[Said, ...]  # oldest first, the question last
    action: Action  # what the assistant would have done
    reasons: tuple[str, ...]  # stable codes
    confidence: float  # 0..1, that the evidence answers the question
    answered: tuple[Sentence, ...]  # what passed the gate
    withheld: tuple[Sentence, ...]  # what did not, each with its reasons
    found: tuple[Citation, ...]  # what was cited, then what else was found
    contradictions: tuple[Contradiction, ...]
    findings: tuple[Finding, ...]
    audience: str = "agent"  # of who asked: what was found is for them
    search_problem: str = ""  # why nothing more than the cited could be found, one line


def packet_of(
    decision: Decision,
    question: Question,
    answer: Answer,
    messages: Sequence[Message],
    found: Findings | str,
) -> Packet:
    """The packet of one case.

    :param messages: of the conversation, up to and with the question.
    :param found: what is found for the question, or why that is not known.
    """
    hits = () if isinstance(found, str) else found.hits
    conversation = tuple(
        Said(role=each.role, text=each.text, language=each.language or answer.language, at=each.created_at)
        for each in messages
    )
    sources = _sources(answer, hits)
    withheld = tuple(sentence for sentence in answer.sentences if not sentence.supported)
    asked = conversation[-1].text if conversation else question.text  # as it is kept, which may be masked
    return Packet(
        cause=decision.cause,
        team=decision.team,
        priority=decision.priority,
        first_step=decision.first_step,
        first_step_text=first_step(decision.first_step, answer.language),
        summary=_summary(decision, asked, question, answer, conversation, sources, withheld),
        question=asked,
        language=answer.language,
        understood=answer.understood.question if answer.understood else None,
        customer=question.customer_id,
        conversation=conversation,
        action=answer.action,
        reasons=answer.reasons,
        confidence=answer.confidence,
        answered=tuple(sentence for sentence in answer.sentences if sentence.supported),
        withheld=withheld,
        found=sources,
        contradictions=answer.contradictions,
        findings=answer.findings,
        audience=question.audience,
        search_problem=found if isinstance(found, str) else "",
    )


def _summary(
    decision: Decision,
    asked: str,
    question: Question,
    answer: Answer,
    conversation: Sequence[Said],
    sources: Sequence[Citation],
    withheld: Sequence[Sentence],
) -> str:
    titles = list(dict.fromkeys(source.title for source in sources))
    named = titles[:_DOCUMENTS_NAMED] + (["…"] if len(titles) > _DOCUMENTS_NAMED else [])
    values = {
        "cause": cause_name(decision.cause, answer.language),
        "number": str(sum(said.role == "user" for said in conversation)),
        "language": language_name(answer.language, answer.language),
        "question": shortened(asked, _QUESTION_CHARACTERS),
        "customer": question.customer_id or "",
        "documents": ", ".join(named),
        "withheld": str(len(withheld)),
    }
    return escalation_summary(answer.language, values)


def _sources(answer: Answer, hits: Sequence[Citation]) -> tuple[Citation, ...]:
    """What the answer cites under its numbers, and the other places numbered on from there."""
    known = list(answer.sources)
    places = {(each.document, each.version, each.start) for each in known}
    others = [hit for hit in hits if (hit.document, hit.version, hit.start) not in places]
    first = max((each.n for each in known), default=0) + 1
    return (*known, *(hit.model_copy(update={"n": number}) for number, hit in enumerate(others, first)))
