"""Which answers may be given again, in the database of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.answered_before.tables import AnsweredBeforeRow
from app.answers import Answer, Reusable
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.tables import MessageRow
from app.desk.knowledge.tables import PassageReportRow

MOST = 5_000  # answers; one takes less than a kilobyte here


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given, and the question that it was given to."""

    message_id: int
    question: str
    answer: Answer
    at: datetime  # UTC


class AnsweredStore:
    """Every call is one short transaction, safe from any thread.

    :param hours: for which an answer may be given again.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, sessions: Sessions, hours: float, most: int = MOST) -> None:
        self._read, self._write = sessions.read, sessions.write
        self._lasts = timedelta(hours=hours)
        self._most = most

    def candidates(self, depends_on: str) -> list[tuple[int, bytes]]:
        """Ids of the answers that depend on just this, each with the vector of its question."""
        rows = select(AnsweredBeforeRow.message_id, AnsweredBeforeRow.vector).where(
            AnsweredBeforeRow.depends_on == depends_on, AnsweredBeforeRow.kept_at > self._deadline()
        )
        with self._read() as session:
            return [(message_id, vector) for message_id, vector in session.execute(rows)]

    def given(self, message_id: int) -> Given | None:
        """One of them; None where it is gone, where people found it wanting, or hold a document that it cites wrong."""
        with self._read() as session:
            row = session.get(MessageRow, message_id)
            if row is None or row.status != "finished" or not row.answer_json:
                return None
            if row.rating is not None and row.rating.value != "up":
                return None
            sealing = Sealing(session, row.conversation_id)
            answer = sealing.open_model(row.answer_json, Answer)
            asked = _question_before(session, row)
            if asked is None or _is_doubted(session, answer):
                return None
            return Given(row.id, sealing.open(asked), answer, row.created_at)

    def keep(self, reusable: Reusable, message_id: int) -> None:
        """From now on the answer may be given again; those that rest on what was live before, or are too old, go."""
        now = datetime.now(UTC)
        outdated = (AnsweredBeforeRow.documents != reusable.documents) | (AnsweredBeforeRow.kept_at <= self._deadline())
        with self._write() as session:
            session.execute(delete(AnsweredBeforeRow).where(outdated))
            newest = select(AnsweredBeforeRow.message_id).order_by(AnsweredBeforeRow.kept_at.desc())
            beyond = session.scalars(newest.offset(self._most - 1)).all()
            session.execute(delete(AnsweredBeforeRow).where(AnsweredBeforeRow.message_id.in_(beyond)))
            if session.get(MessageRow, message_id) is None:  # deleted meanwhile
                return
            session.add(
                AnsweredBeforeRow(
                    message_id=message_id,
                    depends_on=reusable.depends_on,
                    documents=reusable.documents,
                    vector=reusable.vector,
                    kept_at=now,
                )
            )

    def _deadline(self) -> datetime:
        return datetime.now(UTC) - self._lasts


def forget_answered(session: Session) -> None:
    """None of the answers is given again."""
    session.execute(delete(AnsweredBeforeRow))


def _question_before(session: Session, row: MessageRow) -> str | None:
    """The question that a message answers, sealed."""
    own = MessageRow.conversation_id == row.conversation_id, MessageRow.role == "user", MessageRow.id < row.id
    return session.scalars(select(MessageRow.text).where(*own).order_by(MessageRow.id.desc()).limit(1)).first()


def _is_doubted(session: Session, answer: Answer) -> bool:
    """Whether an open report says that a document of the answer is wrong."""
    documents: Sequence[str] = sorted({source.document for source in answer.sources})
    reported = exists().where(PassageReportRow.state == "open", PassageReportRow.document_id.in_(documents))
    return bool(session.scalar(select(reported)))
