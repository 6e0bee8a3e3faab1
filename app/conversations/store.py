"""The conversation store: every call is one short transaction, safe from any thread."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.answers import Answer
from app.conversations.database import open_database
from app.conversations.errors import ConversationError, ConversationUserError
from app.conversations.partial import PartialAnswer
from app.conversations.records import (
    Conversation,
    Message,
    Rating,
    RatingValue,
    Status,
    Worker,
    shortened,
)
from app.conversations.tables import ConversationRow, MessageRow, RatingRow


class ConversationStore:
    """Conversations behind a database URL (``sqlite:///…`` or ``postgresql://…``).

    :raises IngestUserError: from the constructor, when the URL cannot be used.
    :raises ConversationUserError: from any method, when a conversation or message does not exist.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, url: str, worker: Worker | None = None) -> None:
        self.worker = worker or Worker.this_process()
        self._engine, self._writer = open_database(url)

    def close(self) -> None:
        self._engine.dispose()

    # -- conversations ------------------------------------------------------

    def create(self, title: str = "") -> Conversation:
        """A new conversation; without a title it takes the first question's words."""
        now = datetime.now(UTC)
        row = ConversationRow(
            id=uuid.uuid4().hex, title=shortened(title), language=None, created_at=now, updated_at=now
        )
        with self._write() as session:
            session.add(row)
            session.flush()
            return _conversation(row, running=False)

    def get(self, conversation_id: str) -> Conversation:
        with self._read() as session:
            row = _existing_conversation(session, conversation_id)
            return _conversation(row, row.id in _running_conversations(session, [row.id]))

    def list(self, limit: int = 200) -> list[Conversation]:
        """At most ``limit`` conversations, the one with the newest message first."""
        with self._read() as session:
            rows = session.scalars(
                select(ConversationRow)
                .order_by(ConversationRow.updated_at.desc(), ConversationRow.created_at.desc())
                .limit(limit)
            ).all()
            running = _running_conversations(session, [row.id for row in rows])
            return [_conversation(row, row.id in running) for row in rows]

    def rename(self, conversation_id: str, title: str) -> None:
        line = " ".join(title.split())
        if not line:
            raise ConversationUserError("a conversation needs a title: type at least one letter")
        with self._write() as session:
            _existing_conversation(session, conversation_id).title = line[:200]

    def delete(self, conversation_id: str) -> None:
        """Remove the conversation with its messages and ratings."""
        with self._write() as session:
            session.delete(_existing_conversation(session, conversation_id))

    # -- messages -----------------------------------------------------------

    def messages(self, conversation_id: str) -> Sequence[Message]:
        """All messages, oldest first."""
        with self._read() as session:
            _existing_conversation(session, conversation_id)
            rows = session.scalars(
                select(MessageRow).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.id)
            )
            return [_message(row) for row in rows]

    def message(self, message_id: int) -> Message:
        with self._read() as session:
            return _message(_existing_message(session, message_id))

    def start_answer(self, conversation_id: str, question: str) -> int:
        """Record the question and an empty running answer to it; the answer's message id."""
        now = datetime.now(UTC)
        with self._write() as session:
            conversation = _existing_conversation(session, conversation_id)
            conversation.title = conversation.title or shortened(question)
            conversation.updated_at = now
            common = {"conversation_id": conversation_id, "created_at": now, "updated_at": now}
            session.add(MessageRow(role="user", text=question, status="finished", **common))
            # Flushed one by one: the order of the ids is the order of the conversation.
            session.flush()
            answer = MessageRow(role="assistant", text="", status="running", worker=str(self.worker), **common)
            session.add(answer)
            session.flush()
            return answer.id

    def update_partial(self, message_id: int, partial: PartialAnswer) -> bool:
        """Keep what is known so far; False when the answer is not running any more (or was deleted)."""
        return self._update_where_status(
            message_id,
            ("running",),
            partial_json=partial.model_dump_json(),
            text=partial.text,
            language=partial.language,
        )

    def finish_answer(
        self,
        message_id: int,
        status: Status,
        answer: Answer | None = None,
        partial: PartialAnswer | None = None,
        error: str = "",
    ) -> bool:
        """End a running answer; False when it had already ended (or was deleted).

        An answer taken for interrupted that finishes after all counts as finished.
        """
        values: dict[str, str | None] = {"status": status, "error": error}
        if answer is not None:
            values |= {"answer_json": answer.model_dump_json(), "text": answer.answer, "language": answer.language}
        if partial is not None:
            values |= {"partial_json": partial.model_dump_json()}
            if answer is None:
                values |= {"text": partial.text, "language": partial.language}
        ended = self._update_where_status(message_id, ("running", "interrupted"), **values)
        if ended and answer is not None:
            self._set_language(message_id, answer.language)
        return ended

    def touch(self, message_ids: Iterable[int]) -> None:
        """Sign of life for running answers; others take an answer without one for interrupted."""
        with self._write() as session:
            session.execute(
                update(MessageRow)
                .where(MessageRow.id.in_(list(message_ids)), MessageRow.status == "running")
                .values(updated_at=datetime.now(UTC))
            )

    def mark_interrupted_on_start(self, silent_for: timedelta = timedelta(seconds=60)) -> int:
        """Mark answers whose process is gone as interrupted; their number.

        Gone is a process of this host that ended, or any that gave no sign of
        life for ``silent_for``. Answers of other living processes go on.
        """
        deadline = datetime.now(UTC) - silent_for
        with self._write() as session:
            rows = session.scalars(
                select(MessageRow).where(MessageRow.status == "running").with_for_update(of=MessageRow)
            ).all()
            gone = [row for row in rows if row.updated_at < deadline or _left_behind(row, self.worker)]
            for row in gone:
                row.status = "interrupted"
            return len(gone)

    # -- ratings ------------------------------------------------------------

    def rate(self, message_id: int, value: RatingValue, reason: str | None = None, comment: str = "") -> Rating:
        """Rate an answer, or change its rating."""
        with self._write() as session:
            message = _existing_message(session, message_id)
            if message.role != "assistant":
                raise ConversationUserError(f"message {message_id} is a question: only answers can be rated")
            row = message.rating or RatingRow(message_id=message_id)
            row.value, row.reason, row.comment, row.at = value, reason, comment.strip(), datetime.now(UTC)
            message.rating = row
            session.flush()
            return _rating(row)

    def unrate(self, message_id: int) -> None:
        """Take a rating back; nothing happens when there is none."""
        with self._write() as session:
            session.execute(delete(RatingRow).where(RatingRow.message_id == message_id))

    # -- plumbing -----------------------------------------------------------

    def _update_where_status(self, message_id: int, statuses: tuple[Status, ...], **values: str | None) -> bool:
        with self._write() as session:
            changed = session.scalars(
                update(MessageRow)
                .where(MessageRow.id == message_id, MessageRow.status.in_(statuses))
                .values(updated_at=datetime.now(UTC), **values)
                .returning(MessageRow.id)
            ).all()
            return bool(changed)

    def _set_language(self, message_id: int, language: str) -> None:
        with self._write() as session:
            conversation = _existing_message(session, message_id).conversation
            conversation.language = language
            conversation.updated_at = datetime.now(UTC)

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with _translated_errors(), Session(self._engine) as session:
            yield session

    @contextmanager
    def _write(self) -> Iterator[Session]:
        with _translated_errors(), Session(self._writer) as session, session.begin():
            yield session


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise ConversationError(f"the conversations database failed: {reason}") from error


def _existing_conversation(session: Session, conversation_id: str) -> ConversationRow:
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise ConversationUserError(
            f"there is no conversation {conversation_id!r}: it was deleted, or the link is wrong"
        )
    return row


def _existing_message(session: Session, message_id: int) -> MessageRow:
    row = session.get(MessageRow, message_id)
    if row is None:
        raise ConversationUserError(f"there is no message {message_id}: its conversation was deleted")
    return row


def _running_conversations(session: Session, ids: Sequence[str]) -> set[str]:
    running = select(MessageRow.conversation_id).where(
        MessageRow.status == "running", MessageRow.conversation_id.in_(ids)
    )
    return set(session.scalars(running))


def _left_behind(row: MessageRow, seen_from: Worker) -> bool:
    worker = Worker.parse(row.worker)
    return worker is None or worker.is_gone(seen_from)


def _conversation(row: ConversationRow, running: bool) -> Conversation:
    return Conversation(row.id, row.title, row.language, row.created_at, row.updated_at, running)


def _message(row: MessageRow) -> Message:
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        role="user" if row.role == "user" else "assistant",
        text=row.text,
        status=_STATUSES[row.status],
        language=row.language,
        answer=Answer.model_validate_json(row.answer_json) if row.answer_json else None,
        partial=PartialAnswer.model_validate_json(row.partial_json) if row.partial_json else None,
        error=row.error,
        created_at=row.created_at,
        rating=_rating(row.rating) if row.rating else None,
    )


_STATUSES: dict[str, Status] = {
    "running": "running",
    "finished": "finished",
    "stopped": "stopped",
    "interrupted": "interrupted",
    "failed": "failed",
}


def _rating(row: RatingRow) -> Rating:
    return Rating("up" if row.value == "up" else "down", row.reason, row.comment, row.at)
