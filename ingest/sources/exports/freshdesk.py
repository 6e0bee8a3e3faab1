"""Freshdesk: the account export, what its interface (v2) gives, and CSV.

The account export is a list of ``{"helpdesk_ticket": {…, "notes": […]}}``, in several files beside
those of users; the interface gives the same fields flat, with ``conversations``
(developers.freshdesk.com/api). The CSV has no conversation: of those tickets only the subject is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.sources.exports.model import (
    ExportedMessage,
    ExportedTicket,
    Person,
    Record,
    customer_id_of,
    label,
    mapping,
    records,
    text_of,
    ticket_id,
)

# developers.freshdesk.com/api/#ticket_attributes
_STATUSES = {"2": "open", "3": "pending", "4": "resolved", "5": "closed"}
_PRIORITIES = {"1": "low", "2": "medium", "3": "high", "4": "urgent"}
_SOURCES = {"1": "email", "2": "portal", "3": "phone", "7": "chat", "9": "feedback widget", "10": "outbound email"}
_NO_MESSAGE = ("3", "4")  # sources of notes in the account export: a change of state, technical data
_TELLING = ("description_text", "responder_id", "source", "fr_escalated", "company_id", "display_id", "conversations")


class Freshdesk:
    """How Freshdesk writes tickets and contacts."""

    name = "Freshdesk"

    def is_ticket(self, record: Record) -> bool:
        if isinstance(record.get("helpdesk_ticket"), dict):
            return True
        codes = (record.get("status"), record.get("priority"))
        return (
            "requester_id" in record
            and all(isinstance(code, int) for code in codes)
            and any(field in record for field in _TELLING)
        )

    def ticket(self, record: Record) -> ExportedTicket | None:
        record = mapping(record.get("helpdesk_ticket")) or record
        if record.get("deleted") is True or record.get("spam") is True:
            return None
        number = ticket_id(record, "display_id", "id")
        requester = mapping(record.get("requester"))
        customer = customer_id_of(
            ids=(record.get("requester_id"), requester.get("id")),
            emails=(requester.get("email"), record.get("email")),
        )
        html = text_of(record, "description_html", "the ticket")
        text = text_of(record, "description_text", "the ticket")
        description = text_of(record, "description", "the ticket")  # HTML in the interface, text in the export
        if not html and (text or "description_text" in record):
            html = description
        opening = ExportedMessage(
            body=html or description or text or text_of(record, "subject", "the ticket"),
            form="html" if html else "plain",
            at=label(record.get("created_at")),
            author_id=label(record.get("requester_id")) or label(requester.get("id")) or customer,
            attachments=_files(record),
        )
        written = records(record.get("notes") or record.get("conversations"), "notes")
        notes = [mapping(note.get("helpdesk_note")) or mapping(note.get("note")) or note for note in written]
        kept = [self._message(note) for note in notes if not _is_left_out(note)]
        return ExportedTicket(
            id=number,
            customer_id=customer,
            requester_id=opening.author_id,
            requester_name=label(requester.get("name")) or label(record.get("requester_name")),
            assignee_id=label(record.get("responder_id")),
            subject=text_of(record, "subject", "the ticket"),
            messages=(opening, *kept),
            status=label(record.get("status_name")) or _named(record.get("status"), _STATUSES),
            priority=label(record.get("priority_name")) or _named(record.get("priority"), _PRIORITIES),
            queue=label(mapping(record.get("group")).get("name")) or label(record.get("group_id")),
            type=label(record.get("ticket_type")) or label(record.get("type")),
            channel=label(record.get("source_name")) or _named(record.get("source"), _SOURCES),
            organization=label(record.get("company_id")) or label(mapping(record.get("company")).get("id")),
            tags=_tags(record.get("tags")),
            created_at=label(record.get("created_at")),
            updated_at=label(record.get("updated_at")),
        )

    def _message(self, note: Record) -> ExportedMessage:
        html = text_of(note, "body_html", "notes")
        if not html and "body_text" in note:
            html = text_of(note, "body", "notes")
        user = label(note.get("user_id"))
        return ExportedMessage(
            body=html or text_of(note, "body", "notes") or text_of(note, "body_text", "notes"),
            form="html" if html else "plain",
            at=label(note.get("created_at")),
            author_id=user,
            author=Person(user, role="customer" if note.get("incoming") is True else "agent"),
            internal=note.get("private") is True,
            attachments=_files(note),
        )

    def person(self, record: Record) -> Person | None:
        agent = mapping(record.get("agent"))
        inner = mapping(record.get("user")) or mapping(agent.get("user")) or mapping(record.get("contact")) or record
        number = label(agent.get("user_id")) or label(inner.get("id"))
        if not number or inner.keys().isdisjoint(("email", "helpdesk_agent", "contact")) or "subject" in inner:
            return None
        name = label(inner.get("name")) or label(mapping(inner.get("contact")).get("name"))
        is_agent = bool(agent) or inner.get("helpdesk_agent") is True or "ticket_scope" in inner
        return Person(number, name, "agent" if is_agent else "")

    def row(self, row: Mapping[str, tuple[str, ...]]) -> ExportedTicket | None:
        one = {name: cells[0] for name, cells in row.items()}
        if one.get("status", "").lower() in ("spam", "deleted"):
            return None
        number = ticket_id(one, "id")
        customer = customer_id_of(ids=(one.get("requester_id"),), emails=(one.get("requester_email"),))
        subject = one.get("subject", "")
        opening = ExportedMessage(one.get("description") or subject, "plain", one.get("created_at", ""), customer)
        return ExportedTicket(
            id=number,
            customer_id=customer,
            requester_id=customer,
            requester_name=one.get("requester_name", ""),
            subject=subject,
            messages=(opening,),
            status=one.get("status", ""),
            priority=one.get("priority", ""),
            queue=one.get("queue", ""),
            type=one.get("type", ""),
            channel=one.get("channel", ""),
            organization=one.get("organization", ""),
            tags=tuple(filter(None, (tag.strip() for tag in one.get("tags", "").split(",")))),
            created_at=one.get("created_at", ""),
            updated_at=one.get("updated_at", ""),
        )


def _is_left_out(note: Record) -> bool:
    """Whether a note was deleted, or is one that the account export keeps of technical data."""
    is_export = "body_html" in note
    return note.get("deleted") is True or (is_export and label(note.get("source")) in _NO_MESSAGE)


def _named(code: object, names: Mapping[str, str]) -> str:
    """What a code stands for; a company's own code, or a word, stays as it is."""
    return names.get(label(code), label(code))


def _tags(tags: object) -> tuple[str, ...]:
    given = tags if isinstance(tags, list) else []
    return tuple(filter(None, (label(tag.get("name")) if isinstance(tag, dict) else label(tag) for tag in given)))


def _files(record: Record) -> tuple[str, ...]:
    files = records(record.get("attachments"), "attachments")
    return tuple(filter(None, (label(file.get("name")) or label(file.get("content_file_name")) for file in files)))
