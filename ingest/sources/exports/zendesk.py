"""Zendesk: the full JSON export, pages of its incremental interface, and CSV.

A ticket with its comments is one line of the full export
(support.zendesk.com/hc/articles/4408886165402); pages hold ``tickets`` and side-loaded ``users``
(developer.zendesk.com/documentation/ticketing/managing-tickets/using-the-incremental-export-api).
The CSV has no comments: of those tickets only the subject is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.sources.exports.model import (
    ExportedMessage,
    ExportedTicket,
    Person,
    Record,
    Role,
    customer_id_of,
    label,
    mapping,
    records,
    text_of,
    ticket_id,
)

_LEFT_OUT = ("deleted", "suspended", "spam")
_ROLES: dict[str, Role] = {"end-user": "customer", "agent": "agent", "admin": "agent"}
_TELLING = ("raw_subject", "comments", "via", "submitter_id", "organization_id", "brand_id", "submitter")


class Zendesk:
    """How Zendesk Support writes tickets and users."""

    name = "Zendesk"

    def is_ticket(self, record: Record) -> bool:
        record = mapping(record.get("ticket")) or record
        return (
            ("requester_id" in record or isinstance(record.get("requester"), dict))
            and isinstance(record.get("status"), str)
            and not isinstance(record.get("fields"), dict)
            and any(field in record for field in _TELLING)
        )

    def ticket(self, record: Record) -> ExportedTicket | None:
        record = mapping(record.get("ticket")) or record
        if label(record.get("status")).lower() in _LEFT_OUT or (record.get("cause") and "status" not in record):
            return None
        number = ticket_id(record, "id")
        requester = mapping(record.get("requester"))
        customer = customer_id_of(
            ids=(record.get("requester_id"), requester.get("id")), emails=(requester.get("email"),)
        )
        messages = [self._message(comment) for comment in records(record.get("comments"), "comments")]
        if not messages:
            opening = text_of(record, "description", "the ticket") or text_of(record, "subject", "the ticket")
            messages = [ExportedMessage(opening, "plain", label(record.get("created_at")), customer)]
        return ExportedTicket(
            id=number,
            customer_id=customer,
            requester_id=label(record.get("requester_id")) or label(requester.get("id")) or customer,
            requester_name=label(requester.get("name")),
            assignee_id=label(record.get("assignee_id")) or label(mapping(record.get("assignee")).get("id")),
            subject=text_of(record, "subject", "the ticket"),
            messages=tuple(messages),
            status=label(record.get("status")),
            priority=label(record.get("priority")),
            queue=label(mapping(record.get("group")).get("name")) or label(record.get("group_id")),
            type=label(record.get("type")),
            channel=label(mapping(record.get("via")).get("channel")),
            organization=label(record.get("organization_id")) or label(mapping(record.get("organization")).get("id")),
            tags=tuple(filter(None, map(label, _list(record.get("tags"))))),
            created_at=label(record.get("created_at")),
            updated_at=label(record.get("updated_at")),
        )

    def _message(self, comment: Record) -> ExportedMessage:
        author = mapping(comment.get("author"))
        files = records(comment.get("attachments"), "attachments")
        html = text_of(comment, "html_body", "comments")
        body = html or text_of(comment, "plain_body", "comments") or text_of(comment, "body", "comments")
        return ExportedMessage(
            body=body,
            form="html" if html else "plain",
            at=label(comment.get("created_at")),
            author_id=label(comment.get("author_id")) or label(author.get("id")),
            author=self.person(author),
            internal=comment.get("public") is False,
            attachments=tuple(filter(None, (label(file.get("file_name")) for file in files))),
        )

    def person(self, record: Record) -> Person | None:
        record = mapping(record.get("user")) or record
        number = label(record.get("id"))
        if not number or record.keys().isdisjoint(("email", "role", "name")) or "subject" in record:
            return None
        return Person(number, label(record.get("name")), _ROLES.get(label(record.get("role")), ""))

    def row(self, row: Mapping[str, tuple[str, ...]]) -> ExportedTicket | None:
        one = {name: cells[0] for name, cells in row.items()}
        if one.get("status", "").lower() in _LEFT_OUT:
            return None
        number = ticket_id(one, "id")
        customer = customer_id_of(
            ids=(one.get("requester_id"), one.get("requester_external_id")),
            emails=(one.get("requester_email"), one.get("requester_name")),
        )
        subject = one.get("subject", "")
        opening = ExportedMessage(one.get("description") or subject, "plain", one.get("created_at", ""), customer)
        rest = [ExportedMessage(cell, "plain", one.get("updated_at", "")) for cell in row.get("comment", ())]
        return ExportedTicket(
            id=number,
            customer_id=customer,
            requester_id=customer,
            requester_name=one.get("requester_name", ""),
            subject=subject,
            messages=(opening, *rest),
            status=one.get("status", ""),
            priority=_told(one.get("priority", "")),
            queue=_told(one.get("queue", "")),
            type=_told(one.get("type", "")),
            channel=one.get("channel", ""),
            organization=_told(one.get("organization", "")),
            tags=tuple(one.get("tags", "").replace(",", " ").split()),
            created_at=one.get("created_at", ""),
            updated_at=one.get("updated_at", ""),
        )


def _told(cell: str) -> str:
    return "" if cell == "-" else cell  # how Zendesk writes an empty cell


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
