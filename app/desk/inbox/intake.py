"""Taking tickets in: new ones, and those that were there already, without losing what agents said of them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.conversations.records import shortened
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow
from app.desk.inbox.attachments import Attachment, attachments_of, written_attachments
from app.desk.inbox.records import Label
from app.desk.inbox.rows import labels_of, moment, set_labels
from app.desk.inbox.tables import TicketMessageRow, TicketRow
from app.desk.inbox.vocabulary import status_of
from app.desk.tickets import FIELDS
from ingest.languages.identify import identify_question
from ingest.sources.tickets import Message, Ticket

Outcome = Literal["new", "updated", "unchanged"]
_MORE = ("channel", "organization", "tags")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one ticket of an export."""

    conversation_id: str
    outcome: Outcome


class TicketIntake:
    """Keeps tickets as help desks export them; every call is one transaction, safe from any thread.

    :param source: the help desk; a ticket is known by it and its number.
    :param audience: who may read these tickets.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, sessions: Sessions, source: str, audience: str = "agent") -> None:
        self._read, self._write = sessions.read, sessions.write
        self._source = source
        self._audience = audience

    def attachments(self, number: str) -> dict[str, Attachment]:
        """By name the files of a ticket that somebody has read; none of one that is not there yet."""
        with self._read() as session:
            row = session.scalars(self._known(number)).one_or_none()
            if row is None:
                return {}
            return _read_before(_messages(session, row), Sealing(session, row.conversation_id))

    def take(self, ticket: Ticket, language: str, attached: Mapping[str, Attachment] | None = None) -> Taken:
        """Keep a ticket, or what changed of it; what an agent said of it, and what was read of its files, stays.

        :param language: what the customer writes.
        :param attached: by name the files that were read now.
        """
        digest = hashlib.sha256(f"{language}\n{ticket.model_dump_json()}".encode()).hexdigest()
        with self._write() as session:
            row = session.scalars(self._known(ticket.id).with_for_update()).one_or_none()
            if row is not None and row.digest == digest and not attached:
                return Taken(row.conversation_id, "unchanged")
            outcome: Outcome = "updated" if row is not None else "new"
            if row is None:
                row = self._new(session, ticket, language)
            sealing = Sealing(session, row.conversation_id, writes=True)
            known = _read_before(_messages(session, row), sealing)
            if row.digest == digest and all(known.get(name) == file for name, file in (attached or {}).items()):
                return Taken(row.conversation_id, "unchanged")
            self._fill(session, row, ticket, language, sealing, known | dict(attached or {}))
            row.digest = digest
            return Taken(row.conversation_id, outcome)

    def _known(self, number: str) -> Select[TicketRow]:
        return select(TicketRow).where(TicketRow.source == self._source, TicketRow.number == number)

    def _new(self, session: Session, ticket: Ticket, language: str) -> TicketRow:
        now = datetime.now(UTC)
        conversation_id = uuid.uuid4().hex
        session.add(
            ConversationRow(
                id=conversation_id, kind="ticket", title="", language=language, created_at=now, updated_at=now
            )
        )
        session.flush()
        status = status_of(ticket.status)
        row = TicketRow(
            conversation_id=conversation_id,
            source=self._source,
            number=ticket.id,
            audience=self._audience,
            customer_id=ticket.customer_id,
            language=language,
            status=status,
            imported_status=status,
            received_at=_received(ticket) or now,
            updated_at=now,
            labels_json="{}",
        )
        session.add(row)
        session.flush()
        return row

    def _fill(
        self,
        session: Session,
        row: TicketRow,
        ticket: Ticket,
        language: str,
        sealing: Sealing,
        read: Mapping[str, Attachment],
    ) -> None:
        row.customer_id, row.language = ticket.customer_id, language
        row.received_at = _received(ticket) or row.received_at
        # Names first: a name that stands alone is found in the texts from then on.
        names = [sealing.seal_name(message.name) for message in ticket.messages]
        row.subject = sealing.seal(ticket.subject, language)
        row.more_json = sealing.seal(
            json.dumps({field: getattr(ticket, field) for field in _MORE}, ensure_ascii=False), language
        )
        row.updated_at = moment(ticket.updated_at) or datetime.now(UTC)
        title = ticket.subject or next((each.text for each in ticket.messages if each.text), "")
        session.get_one(ConversationRow, row.conversation_id).title = sealing.seal(shortened(title), language)
        said = _put_messages(session, row, ticket.messages, names, sealing, read)
        given = {field: Label(getattr(ticket, field), "help desk") for field in FIELDS if getattr(ticket, field)}
        by_agents = {field for field, label in labels_of(row, sealing).items() if label.by == "agent"}
        set_labels(row, {field: label for field, label in given.items() if field not in by_agents}, sealing)
        before = row.last_customer_at
        note_times(row, said)
        _note_status(row, ticket, before)


def note_times(row: TicketRow, messages: Sequence[TicketMessageRow]) -> None:
    """When the customer wrote last, when somebody answered first, and since when the customer waits."""
    row.last_customer_at = row.waiting_since = row.first_answered_at = None
    latest = row.received_at
    for message in messages:
        latest = max(latest, moment(message.at) or latest)
        if message.internal:
            continue
        if message.author == "customer":
            row.last_customer_at = latest
            row.waiting_since = row.waiting_since or latest
        elif message.author == "agent":
            row.first_answered_at = row.first_answered_at or latest
            row.waiting_since = None


def _note_status(row: TicketRow, ticket: Ticket, last_customer_at: datetime | None) -> None:
    """The help desk's state where it changed there; and nobody has closed what a customer wrote since."""
    told = status_of(ticket.status)
    wrote_again = (
        last_customer_at is not None and row.last_customer_at is not None and row.last_customer_at > last_customer_at
    )
    if told != row.imported_status:
        row.status = told
    elif wrote_again and told != "closed":
        row.status = "open"
    row.imported_status = told


def _messages(session: Session, row: TicketRow) -> list[TicketMessageRow]:
    of_it = select(TicketMessageRow).where(TicketMessageRow.conversation_id == row.conversation_id)
    return list(session.scalars(of_it.order_by(TicketMessageRow.place, TicketMessageRow.id)))


def _read_before(messages: Sequence[TicketMessageRow], sealing: Sealing) -> dict[str, Attachment]:
    files = (file for message in messages for file in attachments_of(sealing.open(message.attachments_json)))
    return {file.name: file for file in files if file.digest}


def _put_messages(
    session: Session,
    row: TicketRow,
    messages: Sequence[Message],
    names: Sequence[str],
    sealing: Sealing,
    read: Mapping[str, Attachment],
) -> list[TicketMessageRow]:
    """The messages of the export in the place of those before; what was written here alone stays behind them."""
    there = _messages(session, row)
    imported = [each for each in there if not each.is_ours]
    said: list[TicketMessageRow] = []
    for place, (message, name) in enumerate(zip(messages, names, strict=True)):
        kept = imported[place] if place < len(imported) else TicketMessageRow(conversation_id=row.conversation_id)
        attached = written_attachments(read.get(each) or Attachment(each) for each in message.attachments)
        kept.place, kept.author, kept.name, kept.at = place, message.author[:32], name, message.at[:64]
        kept.language = identify_question(message.text, row.language).language if message.text else row.language
        kept.text = sealing.seal(message.text, kept.language)
        kept.internal, kept.is_ours = message.internal, False
        kept.attachments_json = sealing.seal(attached, kept.language)
        session.add(kept)
        said.append(kept)
    for gone in imported[len(messages) :]:
        session.delete(gone)
    known = {(message.internal, _spaced(message.text)) for message in messages if message.author != "customer"}
    for ours in (each for each in there if each.is_ours):
        if (ours.internal, _spaced(sealing.open(ours.text))) in known:  # it went out, and came back with the export
            session.delete(ours)
            continue
        ours.place = len(said)
        said.append(ours)
    session.flush()
    return said


def _received(ticket: Ticket) -> datetime | None:
    return moment(ticket.created_at) or next(filter(None, (moment(each.at) for each in ticket.messages)), None)


def _spaced(text: str) -> str:
    return " ".join(text.split())
