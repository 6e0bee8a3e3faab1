"""From rows of the database to what the inbox hands out, and the sealed parts back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from app.conversations.sealing import Sealing
from app.desk.inbox.attachments import attachments_of
from app.desk.inbox.records import Correction, InboxTicket, Label, TicketMessage
from app.desk.inbox.tables import TicketCorrectionRow, TicketMessageRow, TicketRow
from app.desk.inbox.vocabulary import Status
from app.desk.tickets import FIELDS

_GAP = "\n"  # between the words of a label: none has it


def ticket_of(row: TicketRow, title: str, duplicate_number: str, sealing: Sealing) -> InboxTicket:
    """:param title: of its conversation, sealed."""
    return InboxTicket(
        conversation_id=row.conversation_id,
        source=row.source,
        number=row.number,
        customer_id=row.customer_id,
        subject=sealing.open(row.subject),
        title=sealing.open(title),
        language=row.language,
        status=cast(Status, row.status),
        labels=labels_of(row, sealing),
        audience=row.audience,
        received_at=row.received_at,
        updated_at=row.updated_at,
        last_customer_at=row.last_customer_at,
        waiting_since=row.waiting_since,
        first_answered_at=row.first_answered_at,
        assigned_to=row.assigned_to,
        duplicate_of=row.duplicate_of,
        duplicate_number=duplicate_number,
        duplicate_reason=row.duplicate_reason,
        likeness=row.likeness,
    )


def labels_of(row: TicketRow, sealing: Sealing) -> dict[str, Label]:
    """Every field with who said so."""
    noted: dict[str, dict[str, Any]] = json.loads(row.labels_json)
    found: dict[str, Label] = {}
    for field in FIELDS:
        known = noted.get(field, {})
        words = sealing.open(known.get("words", ""))
        found[field] = Label(
            value=getattr(row, field),
            by=known.get("by", ""),
            probability=known.get("probability"),
            in_scope=known.get("in_scope", True),
            words=tuple(words.split(_GAP)) if words else (),
        )
    return found


def set_labels(row: TicketRow, labels: Mapping[str, Label], sealing: Sealing) -> None:
    """Put labels in place of those of the same fields; the words of the others stay as they were sealed."""
    noted: dict[str, dict[str, Any]] = json.loads(row.labels_json or "{}")
    for field, label in labels.items():
        setattr(row, field, label.value)
        noted[field] = {"by": label.by}
        if label.probability is not None:
            words = sealing.seal(_GAP.join(label.words), row.language)
            noted[field] |= {"probability": round(label.probability, 4), "in_scope": label.in_scope, "words": words}
    row.labels_json = json.dumps(noted, ensure_ascii=False)


def message_of(row: TicketMessageRow, sealing: Sealing) -> TicketMessage:
    return TicketMessage(
        id=row.id,
        author=row.author,
        name=sealing.open(row.name),
        text=sealing.open(row.text),
        language=row.language,
        internal=row.internal,
        attachments=attachments_of(sealing.open(row.attachments_json)),
        at=moment(row.at),
        written_at=row.at,
        is_ours=row.is_ours,
    )


def correction_of(row: TicketCorrectionRow) -> Correction:
    return Correction(row.field, row.before, row.after, row.by, row.at)


def moment(written: str) -> datetime | None:
    """A time as exports write it, in UTC; None for one that cannot be read for certain."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
