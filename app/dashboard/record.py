"""The whole record of one answer, as one visitor may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.visitor import Visitor
from app.answers import Answer, Attempt
from app.conversations.errors import ConversationUserError
from app.conversations.records import RatingValue
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, MessageRow
from app.costs.attempts import attempts_cost
from app.dashboard.money import Prices, money_of
from app.dashboard.numbers import Money
from app.dashboard.phases import PhaseTimes, phases_of


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One finished answer.

    :param question: as it was asked; None for a visitor who may not read the conversation.
    :param answer: for such a visitor without any words of people or documents, see :func:`without_words`.
    :param times: milliseconds by phase.
    :param costs: of each attempt in turn; None where its model has no known price.
    :param cost: of all of them; None where no model was asked, or one has no known price.
    """

    id: int
    conversation_id: str
    at: datetime
    question: str | None
    answer: Answer
    times: PhaseTimes
    costs: tuple[Money | None, ...]
    cost: Money | None
    rating: RatingValue | None
    rated_why: str | None

    @property
    def has_words(self) -> bool:
        return self.question is not None


def read_record(sessions: Sessions, prices: Prices, visitor: Visitor, message_id: int) -> AnswerRecord:
    """:raises ConversationUserError: there is no such answer."""
    with sessions.read() as session:
        row = session.get(MessageRow, message_id)
        conversation = session.get(ConversationRow, row.conversation_id) if row else None
        if row is None or conversation is None or row.answer_json is None or conversation.kind != "chat":
            raise ConversationUserError(f"there is no answer {message_id}: its conversation was deleted")
        question: str | None = None
        if visitor.may_read_conversation(conversation.owner):
            sealing = Sealing(session, row.conversation_id)
            answer = sealing.open_model(row.answer_json, Answer)
            question = sealing.open(_question_before(session, row))
        else:
            answer = without_words(Answer.model_validate_json(row.answer_json))
        return AnswerRecord(
            id=row.id,
            conversation_id=row.conversation_id,
            at=row.created_at,
            question=question,
            answer=answer,
            times=phases_of(answer),
            costs=tuple(_cost(prices, (each,), row.created_at) for each in answer.attempts),
            cost=_cost(prices, answer.attempts, row.created_at),
            rating=("up" if row.rating.value == "up" else "down") if row.rating else None,
            rated_why=row.rating.reason if row.rating else None,
        )


def without_words(answer: Answer) -> Answer:
    """Numbers, codes and names of models alone: neither what people said nor what documents say, nor which ones."""
    sentences = tuple(
        each.model_copy(update={"text": "", "citations": (), "reasons": (), "instead_of": None})
        for each in answer.sentences
    )
    return answer.model_copy(
        update={
            "answer": "",
            "sentences": sentences,
            "citations": (),
            "contradictions": (),
            "notice": "",
            "understood": None,
            "findings": tuple(each.model_copy(update={"reason": ""}) for each in answer.findings),
            "escalation": None,
        }
    )


def _question_before(session: Session, answer: MessageRow) -> str:
    query = (
        select(MessageRow.text)
        .where(
            MessageRow.conversation_id == answer.conversation_id,
            MessageRow.role == "user",
            MessageRow.id < answer.id,
        )
        .order_by(MessageRow.id.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


def _cost(prices: Prices, attempts: tuple[Attempt, ...], at: datetime) -> Money | None:
    cost = attempts_cost(prices.list, prices.servers, attempts, at.date())
    return None if cost is None else money_of(cost.amount, cost.currency)
