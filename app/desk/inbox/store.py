"""The store of tickets: listing, reading, and what agents do with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.conversations.errors import ConversationUserError
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.signing import plain_name
from app.conversations.tables import ConversationRow
from app.desk.inbox.attachments import words_for_reply
from app.desk.inbox.filtering import filtered, ordered
from app.desk.inbox.intake import note_times
from app.desk.inbox.records import (
    Choices,
    Correction,
    InboxTicket,
    Label,
    Order,
    TicketFilter,
    TicketMessage,
    TicketPage,
)
from app.desk.inbox.rows import correction_of, labels_of, message_of, set_labels, ticket_of
from app.desk.inbox.tables import TicketCorrectionRow, TicketMessageRow, TicketRow
from app.desk.inbox.vocabulary import STATUSES, Status
from app.desk.tickets import FIELDS
from ingest.languages.identify import identify_question
from ingest.sources.tickets import Message, Ticket

_LABEL_CHARACTERS = 100
ALL = TicketFilter()


class TicketStore:
    """Every call is one short transaction, safe from any thread.

    :raises ConversationUserError: from any method, when a ticket does not exist or a value is none.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self._read, self._write = sessions.read, sessions.write

    # -- reading ------------------------------------------------------------

    def list(self, wanted: TicketFilter = ALL, order: Order = "waiting", limit: int = 50, first: int = 0) -> TicketPage:
        """At most ``limit`` tickets from the ``first`` on; those that a search found, in its order."""
        with self._read() as session:
            count = session.scalars(filtered(select(func.count()).select_from(TicketRow), wanted)).one()
            if wanted.ids is None:
                query = ordered(filtered(_tickets(), wanted), order).limit(limit).offset(first)
                return TicketPage(_opened(session, query), count)
            known = set(session.scalars(filtered(select(TicketRow.conversation_id), wanted)))
            some = [each for each in wanted.ids if each in known][first : first + limit]
            found = {
                each.conversation_id: each
                for each in _opened(session, _tickets().where(TicketRow.conversation_id.in_(some)))
            }
            return TicketPage([found[each] for each in some if each in found], count)

    def get(self, conversation_id: str) -> InboxTicket:
        with self._read() as session:
            found = _opened(session, _tickets().where(TicketRow.conversation_id == conversation_id))
        if not found:
            raise _missing(conversation_id)
        return found[0]

    def numbered(self, number: str, source: str = "") -> InboxTicket:
        """The ticket with this id in the help desk.

        :param source: which help desk, where several have one of this number.
        """
        query = _tickets().where(TicketRow.number == number)
        with self._read() as session:
            found = _opened(session, query.where(TicketRow.source == source) if source else query)
        if not found:
            raise ConversationUserError(f"there is no ticket {number!r}: look at `polydesk tickets list`")
        if len(found) > 1:
            several = ", ".join(each.source for each in found)
            raise ConversationUserError(f"ticket {number!r} is there from {several}: say which with --source")
        return found[0]

    def is_ticket(self, conversation_id: str) -> bool:
        """Whether a conversation is that of a ticket."""
        with self._read() as session:
            return session.get(TicketRow, conversation_id) is not None

    def messages(self, conversation_id: str) -> Sequence[TicketMessage]:
        """The thread, oldest first, with internal notes."""
        with self._read() as session:
            rows = session.scalars(_messages([conversation_id])).all()
            sealing = Sealing(session, conversation_id)
            return [message_of(row, sealing) for row in rows]

    def ticket(self, conversation_id: str, with_pictures: bool = False) -> Ticket:
        """The ticket as an export has it, with what agents have set since.

        :param with_pictures: whether the words in attached pictures belong to what was written.
        """
        with self._read() as session:
            row = _existing(session, conversation_id)
            sealing = Sealing(session, conversation_id)
            said = [message_of(each, sealing) for each in session.scalars(_messages([conversation_id]))]
            more = json.loads(sealing.open(row.more_json))
            return Ticket(
                id=row.number,
                customer_id=row.customer_id,
                subject=sealing.open(row.subject),
                language=row.language,
                status=row.status,
                priority=row.priority,
                queue=row.queue,
                type=row.type,
                sentiment=row.sentiment,
                created_at=row.received_at.isoformat(),
                updated_at=row.updated_at.isoformat(),
                messages=tuple(
                    Message(
                        author=each.author,
                        name=each.name,
                        at=each.written_at,
                        text=words_for_reply(each.text, each.attachments) if with_pictures else each.text,
                        internal=each.internal,
                        attachments=tuple(attachment.name for attachment in each.attachments),
                    )
                    for each in said
                ),
                **more,
            )

    def corrections(self, conversation_id: str) -> Sequence[Correction]:
        """What agents have set, oldest first."""
        query = select(TicketCorrectionRow).where(TicketCorrectionRow.conversation_id == conversation_id)
        with self._read() as session:
            return [correction_of(row) for row in session.scalars(query.order_by(TicketCorrectionRow.id))]

    def duplicates_of(self, conversation_id: str) -> Sequence[InboxTicket]:
        """The tickets that repeat this one, oldest first."""
        with self._read() as session:
            return _opened(
                session, _tickets().where(TicketRow.duplicate_of == conversation_id).order_by(TicketRow.received_at)
            )

    def choices(self) -> Choices:
        """The values that tickets can be filtered by."""
        with self._read() as session:

            def of(column: object) -> list[str]:
                found = session.scalars(select(column).distinct())  # type: ignore[call-overload]  # any text column
                return sorted(str(each) for each in found if each)

            return Choices(
                of(TicketRow.queue),
                of(TicketRow.type),
                of(TicketRow.priority),
                of(TicketRow.sentiment),
                of(TicketRow.language),
            )

    def open_count(self, audiences: Sequence[str] = ()) -> int:
        """How many tickets of these audiences are open; of all when empty."""
        with self._read() as session:
            opened = filtered(select(func.count()).select_from(TicketRow), TicketFilter(("open",), audiences=audiences))
            return session.scalars(opened).one()

    # -- what agents do -----------------------------------------------------

    def correct(self, conversation_id: str, field: str, value: str, by: str) -> InboxTicket:
        """An agent says what a field is; nothing is noted where they had said so before.

        A guess that an agent confirms is theirs from then on.
        """
        value = " ".join(value.split())[:_LABEL_CHARACTERS]
        if field not in FIELDS or not value:
            raise ConversationUserError(f"{field}: give one of {', '.join(FIELDS)} a value with at least one letter")
        with self._write() as session:
            row = _existing(session, conversation_id)
            sealing = Sealing(session, conversation_id, writes=True)
            if labels_of(row, sealing)[field] != Label(value, "agent"):
                _note(session, row, field, getattr(row, field), value, by)
                set_labels(row, {field: Label(value, "agent")}, sealing)
        return self.get(conversation_id)

    def set_status(self, conversation_id: str, status: Status, by: str) -> None:
        if status not in STATUSES:
            raise ConversationUserError(f"{status}: no state of a ticket; use {', '.join(STATUSES)}")
        with self._write() as session:
            row = _existing(session, conversation_id)
            if row.status != status:
                _note(session, row, "status", row.status, status, by)
                row.status = status

    def assign(self, conversation_id: str, to: str, by: str) -> None:
        """Somebody looks after a ticket; nobody does where ``to`` is empty."""
        name = plain_name(to)
        with self._write() as session:
            row = _existing(session, conversation_id)
            if row.assigned_to != name:
                _note(session, row, "assigned_to", row.assigned_to, name, by)
                row.assigned_to = name

    def is_no_duplicate(self, conversation_id: str, by: str) -> None:
        """An agent says that a ticket repeats none; it is not taken for one again."""
        with self._write() as session:
            row = _existing(session, conversation_id)
            _note(session, row, "duplicate_of", row.duplicate_of or "", "", by)
            row.duplicate_of = row.likeness = None
            row.duplicate_reason, row.duplicate_by = "", "agent"

    def add_message(self, conversation_id: str, text: str, name: str, internal: bool = False) -> TicketMessage:
        """What an agent writes here: a reply that went out, or a note among agents."""
        if not text.strip():
            raise ConversationUserError("there is nothing to add: type at least one letter")
        now = datetime.now(UTC)
        with self._write() as session:
            row = _existing(session, conversation_id)
            sealing = Sealing(session, conversation_id, writes=True)
            there = list(session.scalars(_messages([conversation_id])))
            language = identify_question(text, row.language).language
            message = TicketMessageRow(
                conversation_id=conversation_id,
                place=len(there),
                author="agent",
                name=sealing.seal_name(plain_name(name)),
                at=now.isoformat(timespec="seconds"),
                text=sealing.seal(text.strip(), language),
                language=language,
                internal=internal,
                is_ours=True,
                attachments_json="[]",
            )
            session.add(message)
            session.flush()
            note_times(row, [*there, message])
            row.updated_at = now
            return message_of(message, sealing)

    def replied(self, conversation_id: str, text: str, by: str) -> None:
        """A reply went out to the customer, for whom the ticket waits now."""
        if self.is_ticket(conversation_id):
            self.add_message(conversation_id, text, by)
            self.set_status(conversation_id, "waiting", by)

    # -- what the machine says ----------------------------------------------

    def guess(self, conversation_id: str, guesses: Mapping[str, Label]) -> bool:
        """Set guessed labels where no person has said anything; whether any was set."""
        with self._write() as session:
            row = _existing(session, conversation_id)
            sealing = Sealing(session, conversation_id, writes=True)
            said = labels_of(row, sealing)
            free = {field: label for field, label in guesses.items() if said[field].by in ("", "triage")}
            if all(said[field] == label for field, label in free.items()):
                return False
            set_labels(row, free, sealing)
            return True


def _tickets() -> Select[TicketRow, str, str]:
    original = aliased(TicketRow)
    return (
        select(TicketRow, ConversationRow.title, original.number)
        .join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        .outerjoin(original, original.conversation_id == TicketRow.duplicate_of)
    )


def _messages(conversation_ids: Iterable[str]) -> Select[TicketMessageRow]:
    return (
        select(TicketMessageRow)
        .where(TicketMessageRow.conversation_id.in_(list(conversation_ids)))
        .order_by(TicketMessageRow.place, TicketMessageRow.id)
    )


def _opened(session: Session, query: Select[TicketRow, str, str]) -> Sequence[InboxTicket]:
    return [
        ticket_of(row, title, number or "", Sealing(session, row.conversation_id))
        for row, title, number in session.execute(query).all()
    ]


def _existing(session: Session, conversation_id: str) -> TicketRow:
    row = session.get(TicketRow, conversation_id)
    if row is None:
        raise _missing(conversation_id)
    return row


def _missing(conversation_id: str) -> ConversationUserError:
    return ConversationUserError(f"there is no ticket {conversation_id!r}: it was deleted, or the link is wrong")


def _note(session: Session, row: TicketRow, field: str, before: str, after: str, by: str) -> None:
    session.add(
        TicketCorrectionRow(
            conversation_id=row.conversation_id,
            field=field,
            before=before,
            after=after,
            by=plain_name(by),
            at=datetime.now(UTC),
        )
    )
