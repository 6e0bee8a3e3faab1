"""Jira and Jira Service Management: pages of the search interface, and CSV.

Bodies are the Atlassian Document Format (interface v3), wiki mark-up (v2, CSV), or rendered HTML
where it was asked for. In the CSV a comment is ``date;author;text`` in one of many columns named alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ingest.errors import DocumentError
from ingest.sources.exports.model import (
    ExportedMessage,
    ExportedTicket,
    Form,
    Person,
    Record,
    Role,
    customer_id_of,
    label,
    mapping,
    records,
    ticket_id,
)

_COMMENT = re.compile(r"([^;\n]{6,40});([^;\n]*);(.*)", re.DOTALL)
_ATTACHMENT = re.compile(r"[^;\n]*;[^;\n]*;([^;\n]+);")
_DISPLAY_NAME = re.compile(r"\s")  # ids and user names have no spaces, names of people do


class Jira:
    """How Jira writes issues."""

    name = "Jira"

    def is_ticket(self, record: Record) -> bool:
        return isinstance(record.get("fields"), dict) and bool(label(record.get("key")))

    def ticket(self, record: Record) -> ExportedTicket | None:
        number = ticket_id(record, "key", "id")
        fields = mapping(record.get("fields"))
        rendered = mapping(record.get("renderedFields"))
        reporter = mapping(fields.get("reporter")) or mapping(fields.get("creator"))
        customer = customer_id_of(ids=_ids(reporter), emails=(reporter.get("emailAddress"),))
        author = next(filter(None, map(label, _ids(reporter))), customer)
        files = records(fields.get("attachment"), "attachment")
        body, form = _body(fields.get("description"), rendered.get("description"), "description")
        summary = label(fields.get("summary"))
        opening = ExportedMessage(
            body=body or summary,
            form=form if body else "plain",
            at=label(fields.get("created")),
            author_id=author,
            author=self.person(reporter),
            attachments=tuple(filter(None, (label(file.get("filename")) for file in files))),
        )
        comments = fields.get("comment")
        listed = records(comments.get("comments") if isinstance(comments, dict) else comments, "comment")
        total = mapping(comments).get("total")
        shown = {label(one.get("id")): one for one in _rendered_comments(rendered)}
        project = mapping(fields.get("project"))
        return ExportedTicket(
            id=number,
            customer_id=customer,
            requester_id=author,
            requester_name=label(reporter.get("displayName")),
            assignee_id=next(filter(None, map(label, _ids(mapping(fields.get("assignee"))))), ""),
            subject=summary,
            messages=(opening, *(self._message(one, shown.get(label(one.get("id")), {})) for one in listed)),
            status=label(mapping(fields.get("status")).get("name")),
            priority=label(mapping(fields.get("priority")).get("name")),
            queue=label(project.get("key")),
            type=label(mapping(fields.get("issuetype")).get("name")),
            channel=_channel(record),
            organization=_organization(fields),
            tags=tuple(filter(None, map(label, fields["labels"] if isinstance(fields.get("labels"), list) else []))),
            created_at=label(fields.get("created")),
            updated_at=label(fields.get("updated")),
            missing=max(total - len(listed), 0) if isinstance(total, int) else 0,
        )

    def _message(self, comment: Record, rendered: Record) -> ExportedMessage:
        author = mapping(comment.get("author"))
        body, form = _body(comment.get("body"), rendered.get("body"), "comment")
        return ExportedMessage(
            body=body,
            form=form,
            at=label(comment.get("created")),
            author_id=next(filter(None, map(label, _ids(author))), ""),
            author=self.person(author),
            internal=_is_internal(comment),
        )

    def person(self, record: Record) -> Person | None:
        number = next(filter(None, map(label, _ids(record))), "")
        if not number:
            return None
        role: Role = "customer" if record.get("accountType") == "customer" else "agent"
        return Person(number, label(record.get("displayName")), role)

    def row(self, row: Mapping[str, tuple[str, ...]]) -> ExportedTicket | None:
        one = {name: cells[0] for name, cells in row.items()}
        number = ticket_id(one, "key")
        reporter = one.get("reporter", "")
        user_name = "" if _DISPLAY_NAME.search(reporter) else reporter
        customer = customer_id_of(ids=(one.get("reporter_id"), user_name))
        author = one.get("reporter_id") or user_name
        summary = one.get("subject", "")
        names = (_ATTACHMENT.match(cell) for cell in row.get("attachment", ()))
        opening = ExportedMessage(
            one.get("description") or summary,
            "wiki" if one.get("description") else "plain",
            one.get("created_at", ""),
            author,
            attachments=tuple(match[1].strip() for match in names if match),
        )
        return ExportedTicket(
            id=number,
            customer_id=customer,
            requester_id=author,
            requester_name=reporter if reporter != user_name else "",
            assignee_id=one.get("assignee_id", one.get("assignee", "")),
            subject=summary,
            messages=(opening, *_comments(row.get("comment", ()))),
            status=one.get("status", ""),
            priority=one.get("priority", ""),
            queue=one.get("queue", ""),
            type=one.get("type", ""),
            organization=one.get("organization", ""),
            tags=row.get("tags", ()),
            created_at=one.get("created_at", ""),
            updated_at=one.get("updated_at", ""),
        )


def _comments(cells: tuple[str, ...]) -> Iterator[ExportedMessage]:
    for cell in cells:
        match = _COMMENT.fullmatch(cell)
        if match is None:
            yield ExportedMessage(cell, "wiki")
        else:
            at, author, body = (part.strip() for part in match.groups())
            yield ExportedMessage(body, "wiki", at, author, Person(author, author if "." in author else "", "agent"))


def _ids(person: Record) -> tuple[object, ...]:
    return (person.get("accountId"), person.get("key"), person.get("name"))


def _body(source: object, rendered: object, place: str) -> tuple[object, Form]:
    """The body and its form.

    :raises DocumentError: it is neither a text nor a document.
    """
    if isinstance(rendered, str) and rendered.strip():
        return rendered, "html"
    if isinstance(source, dict):
        return source, "adf"
    if source is None or isinstance(source, str):
        return source or "", "wiki"
    raise DocumentError("wrong-format", f"{place} is neither a text nor a document; export it again")


def _rendered_comments(rendered: Record) -> list[Record]:
    return records(mapping(rendered.get("comment")).get("comments"), "comment")


def _is_internal(comment: Record) -> bool:
    """Whether customers do not see a comment: Service Management's flag, or a role or group it is kept to."""
    if comment.get("jsdPublic") is False or comment.get("public") is False or comment.get("visibility"):
        return True
    properties = comment.get("properties")
    return any(
        mapping(entry).get("key") == "sd.public.comment"
        and mapping(mapping(entry).get("value")).get("internal") is True
        for entry in (properties if isinstance(properties, list) else [])
    )


def _organization(fields: Record) -> str:
    """The id of the first Service Management organisation; the field's number differs from site to site."""
    for name, value in fields.items():
        if name.startswith("customfield_") and isinstance(value, list) and value and isinstance(value[0], dict):
            links = mapping(value[0].get("_links"))
            if "/organization/" in label(links.get("self")):
                return label(value[0].get("id"))
    return ""


def _channel(record: Record) -> str:
    channel = mapping(mapping(record.get("properties")).get("request.channel.type"))
    return label(channel.get("value"))
