"""The conversation store: every call is one short transaction, safe from any thread."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.answers import Answer, Sentence
from app.audit.recorder import Detail, Trail, note
from app.conversations.errors import ConversationUserError
from app.conversations.partial import PartialAnswer, joined
from app.conversations.records import (
    Conversation,
    Message,
    Rating,
    RatingValue,
    Status,
    Worker,
    shortened,
)
from app.conversations.sealing import Sealing, may_be_sealed
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, EscalationRow, MessageRow, RatingRow
from ingest.languages.identify import identify_question

_FALLBACK_LANGUAGE = "en"


class ConversationStore:
    """Conversations behind a database URL (``sqlite:///…`` or ``postgresql://…``).

    :param trail: keeps what happens to them; nothing is kept when None.
    :raises IngestUserError: from the constructor, when the URL cannot be used.
    :raises ConversationUserError: from any method, when a conversation or message does not exist.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, url: str, worker: Worker | None = None, trail: Trail | None = None) -> None:
        self.worker = worker or Worker.this_process()
        self.sessions = Sessions(url, trail)
        self._read, self._write = self.sessions.read, self.sessions.write

    def close(self) -> None:
        self.sessions.close()

    # -- conversations ------------------------------------------------------

    def create(self, title: str = "", owner: str | None = None) -> Conversation:
        """A new conversation; without a title it takes the first question's words.

        :param owner: the account that asks; None where nobody signs in.
        """
        now = datetime.now(UTC)
        row = ConversationRow(id=uuid.uuid4().hex, title="", language=None, created_at=now, updated_at=now, owner=owner)
        with self._write() as session:
            session.add(row)
            session.flush()
            sealing = Sealing(session, row.id)
            row.title = sealing.seal(shortened(title), None)
            return _conversation(row, sealing, running=False)

    def get(self, conversation_id: str) -> Conversation:
        with self._read() as session:
            row = _existing_conversation(session, conversation_id)
            return _conversation(row, Sealing(session, row.id), row.id in _running_conversations(session, [row.id]))

    def list(self, limit: int = 200, owner: str | None = None) -> list[Conversation]:
        """At most ``limit`` conversations with the assistant, the one with the newest message first.

        Those that tickets hang on have a page of their own.

        :param owner: only those of this account; everybody's when None.
        """
        query = select(ConversationRow).where(ConversationRow.kind == "chat")
        if owner is not None:
            query = query.where(ConversationRow.owner == owner)
        newest = query.order_by(ConversationRow.updated_at.desc(), ConversationRow.created_at.desc())
        with self._read() as session:
            rows = session.scalars(newest.limit(limit)).all()
            running = _running_conversations(session, [row.id for row in rows])
            sealings = Sealing.together(session, [row.id for row in rows if may_be_sealed(row.title)])
            return [
                _conversation(row, sealings.get(row.id) or Sealing(session, row.id), row.id in running) for row in rows
            ]

    def running(self) -> frozenset[str]:
        """The ids of all conversations that an answer is being written in, by whatever process."""
        with self._read() as session:
            return frozenset(_running_conversations(session))

    def rename(self, conversation_id: str, title: str) -> None:
        line = " ".join(title.split())
        if not line:
            raise ConversationUserError("a conversation needs a title: type at least one letter")
        with self._write() as session:
            row = _existing_conversation(session, conversation_id)
            row.title = Sealing(session, row.id, writes=True).seal(line[:200], row.language)
            note(session, "conversation.renamed", f"conversation:{row.id}")

    def delete(self, conversation_id: str) -> None:
        """Remove the conversation with its messages, ratings and escalations, of which none may be open."""
        with self._write() as session:
            row = _existing_conversation(session, conversation_id)
            unfinished = select(EscalationRow.id).where(
                EscalationRow.conversation_id == conversation_id, EscalationRow.state != "closed"
            )
            if (number := session.scalars(unfinished.limit(1)).first()) is not None:
                raise ConversationUserError(f"people are to look at this conversation: close escalation {number} first")
            session.delete(row)
            note(session, "conversation.deleted", f"conversation:{conversation_id}")

    # -- messages -----------------------------------------------------------

    def messages(self, conversation_id: str) -> Sequence[Message]:
        """All messages, oldest first."""
        with self._read() as session:
            _existing_conversation(session, conversation_id)
            rows = session.scalars(
                select(MessageRow).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.id)
            )
            sealing = Sealing(session, conversation_id)
            return [_message(row, sealing) for row in rows]

    def message(self, message_id: int) -> Message:
        with self._read() as session:
            row = _existing_message(session, message_id)
            return _message(row, Sealing(session, row.conversation_id))

    def conversation_of(self, message_id: int) -> str:
        """The id of the conversation that a message is in."""
        with self._read() as session:
            return _existing_message(session, message_id).conversation_id

    def start_answer(self, conversation_id: str, question: str) -> int:
        """Record the question and an empty running answer to it; the answer's message id."""
        now = datetime.now(UTC)
        language = identify_question(question, _FALLBACK_LANGUAGE).language
        with self._write() as session:
            conversation = _existing_conversation(session, conversation_id)
            sealing = Sealing(session, conversation_id, writes=True)
            sealed = sealing.seal(question, language)
            conversation.title = conversation.title or sealing.seal(shortened(question), language)
            conversation.updated_at = now
            common = {"conversation_id": conversation_id, "created_at": now, "updated_at": now}
            session.add(MessageRow(role="user", text=sealed, status="finished", **common))
            # Flushed one by one: the order of the ids is the order of the conversation.
            session.flush()
            answer = MessageRow(role="assistant", text="", status="running", worker=str(self.worker), **common)
            session.add(answer)
            session.flush()
            asked: dict[str, Detail] = {"conversation": conversation_id, "language": language}
            note(session, "question.asked", f"answer:{answer.id}", **asked, question=self.sessions.digest(question))
            return answer.id

    def update_partial(self, message_id: int, partial: PartialAnswer) -> bool:
        """Keep what is known so far; False when the answer is not running any more (or was deleted)."""
        return self._update_where_status(
            message_id,
            ("running",),
            lambda sealing: {
                "partial_json": sealing.seal_model(partial, partial.language),
                # Sentence by sentence: all but the last were looked through before; the whole text is new each time.
                "text": joined([_sealed(sentence, sealing, partial.language) for sentence in partial.sentences]),
                "language": partial.language,
            },
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

        def values(sealing: Sealing) -> dict[str, str | None]:
            known = answer or partial
            language = known.language if known else None
            spoken = answer.answer if answer else partial.text if partial else None
            found: dict[str, str | None] = {"status": status, "error": sealing.seal(error, language)}
            if answer is not None:
                found |= {"answer_json": sealing.seal_model(answer, language)}
            if partial is not None:
                found |= {"partial_json": sealing.seal_model(partial, partial.language)}
            if spoken is not None:
                found |= {"text": sealing.seal(spoken, language), "language": language}
            return found

        given = given_details(status, answer)
        if answer is not None:
            given |= {"text": self.sessions.digest(answer.answer)}
        ended = self._update_where_status(message_id, ("running", "interrupted"), values, given)
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
            sealing = Sealing(session, message.conversation_id, writes=True)
            sealed = sealing.seal(comment.strip(), message.language)
            row.value, row.reason, row.comment, row.at = value, reason, sealed, datetime.now(UTC)
            message.rating = row
            session.flush()
            note(session, "answer.rated", f"answer:{message_id}", value=value, reason=reason)
            return _rating(row, sealing)

    def unrate(self, message_id: int) -> None:
        """Take a rating back; nothing happens when there is none."""
        with self._write() as session:
            session.execute(delete(RatingRow).where(RatingRow.message_id == message_id))
            note(session, "answer.unrated", f"answer:{message_id}")

    # -- plumbing -----------------------------------------------------------

    def _update_where_status(
        self,
        message_id: int,
        statuses: tuple[Status, ...],
        values: Callable[[Sealing], dict[str, str | None]],
        given: dict[str, Detail] | None = None,
    ) -> bool:
        with self._write() as session:
            row = session.get(MessageRow, message_id)
            if row is None or row.status not in statuses:
                return False
            sealed = values(Sealing(session, row.conversation_id, writes=True))
            changed = session.scalars(
                update(MessageRow)
                .where(MessageRow.id == message_id, MessageRow.status.in_(statuses))
                .values(updated_at=datetime.now(UTC), **sealed)
                .returning(MessageRow.id)
            ).all()
            if changed and given is not None:
                note(session, "answer.given", f"answer:{message_id}", **given)
            return bool(changed)

    def _set_language(self, message_id: int, language: str) -> None:
        with self._write() as session:
            conversation = _existing_message(session, message_id).conversation
            conversation.language = language
            conversation.updated_at = datetime.now(UTC)


def given_details(status: Status, answer: Answer | None) -> dict[str, Detail]:
    """What a record says of an answer: codes, and what it was made of and with."""
    if answer is None:
        return {"status": status}
    made = answer.made_with.details() if answer.made_with else {}
    said: dict[str, Detail] = {"status": status, "did": answer.action, "language": answer.language}
    if answer.recalled is not None:
        said |= {"recalled": answer.recalled.message}
    return {**said, "reasons": list(answer.reasons), "model": answer.model, **made}


def _sealed(sentence: Sentence, sealing: Sealing, language: str | None) -> Sentence:
    return sentence.model_copy(update={"text": sealing.seal(sentence.text, language)})


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


def _running_conversations(session: Session, ids: Sequence[str] | None = None) -> set[str]:
    running = select(MessageRow.conversation_id).where(MessageRow.status == "running")
    if ids is not None:
        running = running.where(MessageRow.conversation_id.in_(ids))
    return set(session.scalars(running))


def _left_behind(row: MessageRow, seen_from: Worker) -> bool:
    worker = Worker.parse(row.worker)
    return worker is None or worker.is_gone(seen_from)


def _conversation(row: ConversationRow, sealing: Sealing, running: bool) -> Conversation:
    return Conversation(
        row.id, sealing.open(row.title), row.language, row.created_at, row.updated_at, running, row.owner
    )


def _message(row: MessageRow, sealing: Sealing) -> Message:
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        role="user" if row.role == "user" else "assistant",
        text=sealing.open(row.text),
        status=_STATUSES[row.status],
        language=row.language,
        answer=sealing.open_model(row.answer_json, Answer) if row.answer_json else None,
        partial=sealing.open_model(row.partial_json, PartialAnswer) if row.partial_json else None,
        error=sealing.open(row.error),
        created_at=row.created_at,
        rating=_rating(row.rating, sealing) if row.rating else None,
    )


_STATUSES: dict[str, Status] = {
    "running": "running",
    "finished": "finished",
    "stopped": "stopped",
    "interrupted": "interrupted",
    "failed": "failed",
}


def _rating(row: RatingRow, sealing: Sealing) -> Rating:
    return Rating("up" if row.value == "up" else "down", row.reason, sealing.open(row.comment), row.at)
