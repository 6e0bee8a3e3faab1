"""Past answers that cite a document, with the question they answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.answers import Answer
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.tables import MessageRow

_MOST = 2000  # answers that are looked at, the latest first


@dataclass(frozen=True, slots=True)
class CitedAnswer:
    """An answer as it went out."""

    message_id: int
    conversation_id: str
    question: str
    at: datetime  # UTC
    answer: Answer


def answers_citing(sessions: Sessions, document_id: str, before: datetime | None = None) -> list[CitedAnswer]:
    """The finished answers that cite a document, the latest first.

    :param before: only what was answered until then.
    """
    named = json.dumps({"document": document_id}, ensure_ascii=False)[1:-1]  # as it stands in a kept answer
    statement = (
        select(MessageRow)
        .where(
            MessageRow.role == "assistant",
            MessageRow.status == "finished",
            MessageRow.answer_json.contains(named, autoescape=True),
        )
        .order_by(MessageRow.id.desc())
        .limit(_MOST)
    )
    if before is not None:
        statement = statement.where(MessageRow.created_at <= before)
    with sessions.read() as session:
        return list(_opened(session, session.scalars(statement).all()))


def _opened(session: Session, rows: Sequence[MessageRow]) -> Iterator[CitedAnswer]:
    sealings: dict[str, Sealing] = {}
    for row in rows:
        sealing = sealings.setdefault(row.conversation_id, Sealing(session, row.conversation_id))
        asked = session.scalars(
            select(MessageRow.text)
            .where(MessageRow.conversation_id == row.conversation_id, MessageRow.role == "user", MessageRow.id < row.id)
            .order_by(MessageRow.id.desc())
            .limit(1)
        ).first()
        answer = sealing.open_model(row.answer_json or "", Answer)
        yield CitedAnswer(row.id, row.conversation_id, sealing.open(asked or ""), row.created_at, answer)
