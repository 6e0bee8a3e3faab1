"""Where every question ends: does a person have to look at it, and who?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.answers import Answer, Escalated, Findings, Question
from app.conversations.records import Message
from app.conversations.store import ConversationStore
from app.escalations.packet import Packet, packet_of
from app.escalations.records import Escalation
from app.escalations.searching import searched
from app.escalations.signals import signals_of
from app.escalations.store import EscalationStore
from guardrails.escalation.deciding import Decision, decide
from guardrails.escalation.policy import EscalationPolicy
from prompts.library import phrase


class EscalationDesk:
    """Applies the rules of escalation and keeps a packet of each case; safe to share between threads.

    :param policy: the rules in force now.
    :param search: what is found for a question; asked only for a case that goes to a person.
    """

    def __init__(
        self,
        conversations: ConversationStore,
        policy: Callable[[], EscalationPolicy],
        search: Callable[[Question], Findings],
    ) -> None:
        self._conversations = conversations
        self._escalations = EscalationStore(conversations.sessions)
        self._policy = policy
        self._search = search

    def consider(self, message_id: int, question: Question, answer: Answer) -> Answer:
        """The answer as it goes out: itself, with the case that it became, or handed over to a person.

        A conversation becomes a case once for each cause. Where the same cause comes up again and a person was to
        take over, they still are: the case that is there is named, and reopened if somebody had closed it.

        :param message_id: of the running answer in the store of conversations.
        :raises AppError: the case could not be kept; the answer must not go out as if nothing were.
        """
        conversation_id = self._conversations.message(message_id).conversation_id
        messages = [each for each in self._conversations.messages(conversation_id) if each.id < message_id]
        known = self._escalations.of_conversation(conversation_id)
        signals, policy = signals_of(question, answer, messages[:-1], frozenset(known)), self._policy()
        foremost = decide(replace(signals, escalated=frozenset()), policy)
        if foremost is None:
            return answer
        packets = _Packets(self._search, question, answer, messages)
        case: Escalation | None = None
        takes_over = foremost.takes_over
        if new := decide(signals, policy):
            case = self._escalations.add(conversation_id, packets.of(new))
            takes_over = takes_over or new.takes_over
        standing = known.get(foremost.cause)
        if standing is not None and foremost.takes_over:
            closed = standing.state == "closed"
            case = self._escalations.reopen(standing.id, packets.of(foremost)) if closed else standing
        return answer if case is None else _marked(answer, case, takes_over)


class _Packets:
    """The packets of one question, for which is searched once at most."""

    def __init__(
        self,
        search: Callable[[Question], Findings],
        question: Question,
        answer: Answer,
        messages: Sequence[Message],
    ) -> None:
        self._search = search
        self._question, self._answer = question, answer
        self._messages = messages
        self._found: Findings | str | None = None

    def of(self, decision: Decision) -> Packet:
        if self._found is None:
            self._found = self._searched()
        return packet_of(decision, self._question, self._answer, self._messages, self._found)

    def _searched(self) -> Findings | str:
        understood = self._answer.understood
        question = self._question.model_copy(update={"text": understood.question}) if understood else self._question
        return searched(self._search, question)


def _marked(answer: Answer, case: Escalation, takes_over: bool) -> Answer:
    escalated = Escalated(
        id=case.id, cause=case.cause, team=case.team, priority=case.priority, first_step=case.packet.first_step
    )
    if not takes_over:
        return answer.model_copy(update={"escalation": escalated})
    text = phrase("handed_over", answer.language)
    return answer.model_copy(update={"escalation": escalated, "action": "escalate", "answer": text})
