"""An agent hands a ticket over to a team: the ticket becomes a case with all that is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.answers import Answer, Findings, Question
from app.conversations.records import Message
from app.desk.inbox.records import InboxTicket, TicketMessage
from app.desk.inbox.store import TicketStore
from app.desk.inbox.vocabulary import priority_of
from app.errors import AppUserError
from app.escalations.packet import packet_of
from app.escalations.records import Escalation
from app.escalations.searching import searched
from app.escalations.store import EscalationStore
from guardrails.escalation.deciding import Decision
from guardrails.escalation.policy import EscalationPolicy

CAUSE = "handed-over"
_FIRST_STEP = "take-over"


class HandingOver:
    """Makes cases of tickets; safe to share between threads.

    :param policy: the rules in force now; they name the teams.
    :param search: what is found for a question.
    """

    def __init__(
        self,
        store: TicketStore,
        escalations: EscalationStore,
        policy: Callable[[], EscalationPolicy],
        search: Callable[[Question], Findings],
    ) -> None:
        self._store = store
        self._escalations = escalations
        self._policy = policy
        self._search = search

    def teams(self) -> Sequence[str]:
        """Who a ticket can be handed to."""
        return self._policy().teams

    def hand_over(self, conversation_id: str, team: str, remark: str = "") -> Escalation:
        """The case of a ticket for a team; one that was closed is opened again, one that is open stays as it is.

        :param remark: what the team is to do first.
        :raises AppUserError: there is no such team or ticket.
        """
        if team not in self.teams():
            raise AppUserError(f"{team}: no such team; there are {', '.join(self.teams())}")
        ticket, messages = self._store.get(conversation_id), self._store.messages(conversation_id)
        asked = next((each.text for each in reversed(messages) if each.author == "customer"), ticket.title)
        question = Question(
            text=asked or ticket.title,
            language=ticket.language,
            customer_id=ticket.customer_id,
            audience=ticket.audience,
        )
        step = " ".join(remark.split()) or _FIRST_STEP
        decision = Decision(CAUSE, team, priority_of(ticket.label("priority")), step, True)
        answer = Answer(action="escalate", language=ticket.language, answer="")
        packet = packet_of(decision, question, answer, _said(ticket, messages), searched(self._search, question))
        standing = self._escalations.of_conversation(conversation_id).get(CAUSE)
        if standing is not None and standing.state == "closed":
            return self._escalations.reopen(standing.id, packet)
        return self._escalations.add(conversation_id, packet)


def _said(ticket: InboxTicket, messages: Sequence[TicketMessage]) -> list[Message]:
    """The thread up to what the customer wrote last, with which a packet ends."""
    last = max((place for place, each in enumerate(messages) if each.author == "customer"), default=len(messages) - 1)
    return [
        Message(
            id=each.id,
            conversation_id=ticket.conversation_id,
            role="assistant" if each.author == "agent" else "user",
            text=each.text,
            status="finished",
            language=each.language,
            answer=None,
            partial=None,
            error="",
            created_at=each.at or ticket.received_at,
        )
        for each in messages[: last + 1]
        if each.text and not each.internal
    ]
