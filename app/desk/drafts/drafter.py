"""Writes the draft of a reply: finds what a ticket asks, and takes each of it along the one path of a question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.answers import Answer, Finished, Question, Reply
from app.desk.drafts.assembling import Answered, assembled
from app.desk.drafts.draft import Draft, Handover, Need, Wish
from app.desk.drafts.needs import (
    asking,
    customer_name,
    earlier_turns,
    sentences_of,
    ticket_language,
    waiting_messages,
)
from app.desk.drafts.style import Style
from app.errors import AppError, AppUserError
from app.escalations.signals import signals_of
from app.jobs import AssistantLike
from app.models.choosing import QUOTING
from guardrails.escalation.deciding import decide
from guardrails.escalation.policy import EscalationPolicy
from ingest.sources.tickets import Ticket

# Measured on the first messages of 60 sample tickets: with the subject in front, questions find evidence twice as often
# as alone, as near to what an agent wrote then; what merely states something does from this confidence on.
_STATED = 0.7
_MOST_NEEDS = 4
_MOST_SENTENCES = 12  # of a message that are looked at
_SUBJECT_CHARACTERS = 200

Progress = Callable[[int, int], None]  # how many of the needs are answered, of how many


@dataclass(frozen=True)
class Drafter:
    """Drafts replies; safe to share between threads.

    :param style: how the company writes now.
    :param rules: of escalation, in force now.
    """

    assistant: AssistantLike
    style: Callable[[], Style]
    rules: Callable[[], EscalationPolicy]

    def draft(
        self,
        ticket: Ticket,
        *,
        audience: str = "agent",
        wish: Wish | None = None,
        as_of: date | None = None,
        model: str | None = None,
        stop: threading.Event | None = None,
        progress: Progress = lambda _done, _of: None,
    ) -> Draft:
        """The reply to what waits in ``ticket``.

        :param audience: of the agent; what their documents say that customers do not read is held.
        :param as_of: the day whose rules hold for the customer, as that of the order; today when None.
        :raises AppUserError: no message of the customer waits for an answer.
        :raises AppError: the assistant failed, or was stopped.
        """
        waiting = waiting_messages(ticket)
        if not waiting:
            raise AppUserError(f"{ticket.id}: no message of the customer waits for an answer")
        wish = wish or Wish()
        style = self.style()
        manner = wish.manner or style.formality
        language = ticket_language(ticket)
        reply = Reply(company=style.called, manner=manner, brief=wish.brief, remark=wish.remark)
        asked = Question(
            text="",
            history=earlier_turns(ticket, language),
            language=language,
            as_of=as_of,
            audience=audience,
            customer_id=ticket.customer_id,
            model=model,
            reply=reply,
            names=tuple(filter(None, (customer_name(ticket),))),
            leave_out=(f"ticket/{ticket.id}",),  # a ticket is no evidence for its own answer
        )
        path = _Path(self.assistant, asked, stop or threading.Event(), ticket.subject[:_SUBJECT_CHARACTERS])
        message = "\n".join(each.text for each in waiting)
        whole = path.quoted(message)
        answered, whole = self._answered(path, message, whole, language, progress)
        handover = self._handover(path.question(message), whole, answered)
        return assembled(
            Draft(
                ticket_id=ticket.id,
                language=language,
                manner=manner,
                greeting=style.greeting(language, manner, customer_name(ticket)),
                closing=style.closing(language, manner),
                come_back=style.come_back(language),
                handover=handover,
                wish=wish,
                audience=audience,
                as_of=as_of,
            ),
            whole,
            answered,
        )

    def _answered(
        self, path: _Path, message: str, whole: Answer, language: str, progress: Progress
    ) -> tuple[list[Answered], Answer]:
        """What is asked with its answers; where nothing is, or nothing was found for it, the message as a whole.

        The second is what was said to the message as a whole in the end.
        """
        sentences = sentences_of(message)[:_MOST_SENTENCES]
        questions = asking(sentences, language)
        stated = [at for at in range(len(sentences)) if at not in questions and len(sentences) > 1]
        telling = [at for at in stated if path.quoted(sentences[at]).confidence >= _STATED]
        wanted = sorted([*questions, *telling][:_MOST_NEEDS])
        progress(0, len(wanted) or 1)
        answered = []
        for done, at in enumerate(wanted, 1):
            found = path.asked(sentences[at])
            if at in questions or found.action == "answer":
                answered.append(_answered(sentences[at], language, found))
            progress(done, len(wanted))
        if whole.action == "answer" and not any(each.need.answered for each in answered):
            whole = path.asked(message)  # by the model, where there is one
            if whole.action == "answer":
                return [_answered(message, language, whole)], whole
        # What was asked beyond what is answered at once is not forgotten.
        left = [Answered(Need(text=sentences[at], language=language)) for at in questions if at not in wanted]
        return [*answered, *left] or [_answered(message, language, whole)], whole

    def _handover(self, question: Question, whole: Answer, answered: Sequence[Answered]) -> Handover | None:
        """What the rules say of the whole message and of all that came of it."""
        answers = [each.answer for each in answered if each.answer]
        told = whole.model_copy(
            update={
                "action": "answer" if any(each.need.answered for each in answered) else "abstain",
                "confidence": max((each.confidence for each in answers), default=whole.confidence),
                "findings": tuple(finding for each in (whole, *answers) for finding in each.findings),
                "reasons": tuple(dict.fromkeys(code for each in (whole, *answers) for code in each.reasons)),
                "contradictions": tuple(pair for each in answers for pair in each.contradictions),
            }
        )
        decision = decide(signals_of(question, told, ()), self.rules())
        if decision is None:
            return None
        return Handover(
            cause=decision.cause,
            team=decision.team,
            priority=decision.priority,
            first_step=decision.first_step,
            takes_over=decision.takes_over,
        )


@dataclass(frozen=True)
class _Path:
    """The questions of one ticket on their way; each is asked once."""

    assistant: AssistantLike
    like: Question
    stop: threading.Event
    subject: str
    _known: dict[tuple[str, str | None], Answer] = field(default_factory=dict)

    def question(self, text: str) -> Question:
        """The question with the subject in front, which says what "it" is."""
        subject = self.subject.strip()
        end = "" if subject.endswith((".", "!", "?", "。", "？", "！", "؟", "।")) else "."
        return self.like.model_copy(update={"text": f"{subject}{end} {text}" if subject else text})

    def asked(self, text: str) -> Answer:
        """What the assistant says to it."""
        return self._ask(self.question(text))

    def quoted(self, text: str) -> Answer:
        """What is found for it, whatever model there is."""
        return self._ask(self.question(text).model_copy(update={"model": QUOTING}))

    def _ask(self, question: Question) -> Answer:
        model = self.assistant.model_name() if question.model is None else question.model
        key = (question.text, model or QUOTING)
        if key not in self._known:
            last = None
            for event in self.assistant.ask(question, self.stop):
                last = event
            if self.stop.is_set():
                raise AppError("The draft was stopped.")
            if not isinstance(last, Finished):
                raise AppError("The assistant ended without an answer; write the draft again.")
            self._known[key] = last.answer
        return self._known[key]


def _answered(text: str, language: str, answer: Answer) -> Answered:
    is_answered = answer.action == "answer" and any(each.supported for each in answer.sentences)
    need = Need(text=text, language=language, confidence=answer.confidence, answered=is_answered)
    return Answered(need, answer)
