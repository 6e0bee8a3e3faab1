"""What every help desk's export is reduced to, before its bodies are turned into text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from ingest.errors import DocumentError
from ingest.sources.exports.bodies import plain_text
from ingest.sources.exports.times import iso_time
from ingest.sources.tickets import Message, Ticket

Record = Mapping[str, Any]
Form = Literal["plain", "html", "wiki", "adf"]
Role = Literal["customer", "agent", "participant", ""]

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
# Links to attachments, which are attributes of HTML, are signed anew for every export.
_ATTRIBUTES = re.compile(r"<(\w+)\s[^<>]*>")
_ENCODER = json.JSONEncoder(sort_keys=True)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the export tells of; ``id`` is the one that tickets use."""

    id: str
    name: str = ""
    role: Role = ""


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    """One message as it is in the export, its body still in the help desk's own form."""

    body: Any
    form: Form
    at: str = ""
    author_id: str = ""
    author: Person | None = None  # where the message itself says who wrote it
    internal: bool = False
    attachments: tuple[str, ...] = ()

    def content(self) -> bytes:
        """What is said, when and by whom."""
        body = _ATTRIBUTES.sub(r"<\1>", self.body) if self.form == "html" else self.body
        return _encoded([iso_time(self.at), self.author_id, self.internal, sorted(self.attachments), body])


@dataclass(frozen=True, slots=True)
class ExportedTicket:
    """One ticket as it is in the export; its messages in any order."""

    id: str
    customer_id: str
    subject: str
    messages: tuple[ExportedMessage, ...]
    requester_id: str = ""
    requester_name: str = ""
    assignee_id: str = ""
    status: str = ""
    priority: str = ""
    queue: str = ""
    type: str = ""
    channel: str = ""
    organization: str = ""
    tags: tuple[str, ...] = ()
    created_at: str = ""
    updated_at: str = ""
    missing: int = 0  # messages that the export says there are, and does not hold

    def digest(self) -> str:
        """A hash of what is said, when, by whom and to whom.

        State, labels, names and the time of the last update are left out: help desks change them
        without anything being said, and they are not embedded.
        """
        said = sorted(hashlib.sha256(message.content()).hexdigest() for message in self.messages)
        return hashlib.sha256(_encoded([self.id, self.customer_id, self.subject, said])).hexdigest()

    def ticket(self, people: Mapping[str, Person]) -> Ticket:
        """The ticket in order of time, with its bodies as text.

        :param people: everybody the export tells of, by id.
        """
        messages = [self._message(message, people) for message in _in_order(self.messages)]
        return Ticket(
            id=self.id,
            customer_id=self.customer_id,
            subject=self.subject,
            status=self.status,
            priority=self.priority,
            queue=self.queue,
            type=self.type,
            channel=self.channel,
            organization=self.organization,
            tags=self.tags,
            created_at=iso_time(self.created_at),
            updated_at=iso_time(self.updated_at),
            messages=tuple(messages),
        )

    def _message(self, message: ExportedMessage, people: Mapping[str, Person]) -> Message:
        known = people.get(message.author_id) or Person(message.author_id)
        author = message.author or known
        is_requester = bool(message.author_id) and message.author_id == self.requester_id
        name = author.name or known.name or (self.requester_name if is_requester else "")
        role = "customer" if is_requester else author.role or known.role
        if not role:
            is_agent = message.internal or (message.author_id and message.author_id == self.assignee_id)
            role = "agent" if is_agent else "participant"
        return Message(
            author=role,
            name="" if _ADDRESS.search(name) else name,
            at=iso_time(message.at),
            text=plain_text(message.body, message.form),
            internal=message.internal,
            attachments=message.attachments,
        )


class ExportSystem(Protocol):
    """How one help desk writes its records; every method gets one JSON object or one row of a CSV."""

    @property
    def name(self) -> str:
        """How a person would name it."""

    def is_ticket(self, record: Record) -> bool:
        """Whether this is unmistakably a ticket of this help desk."""

    def ticket(self, record: Record) -> ExportedTicket | None:
        """The ticket; None where it was deleted or is spam.

        :raises DocumentError: it lacks something, or has it in the wrong form.
        """

    def person(self, record: Record) -> Person | None:
        """Who a record of the export's list of users tells of."""

    def row(self, row: Mapping[str, tuple[str, ...]]) -> ExportedTicket | None:
        """The ticket in a row: the cells that are not empty, by the names that ``columns.yaml`` gives them.

        :raises DocumentError: it lacks something.
        """


def customer_id_of(ids: tuple[object, ...], emails: tuple[object, ...] = ()) -> str:
    """The help desk's own id of a customer, or a mark made from an e-mail address, which is not kept.

    :raises DocumentError: ``no-customer``: there is neither.
    """
    for value in ids:
        if told := label(value):
            return told if not _ADDRESS.fullmatch(told) else _address_mark(told)
    for value in emails:
        if (told := label(value)) and _ADDRESS.fullmatch(told):
            return _address_mark(told)
    raise DocumentError(
        "no-customer", "no customer is named, so it could be shown to nobody; export the requester's id too"
    )


def _encoded(value: object) -> bytes:
    return _ENCODER.encode(value).encode()


def _address_mark(address: str) -> str:
    return f"email-{hashlib.sha256(address.strip().casefold().encode('utf-8', 'replace')).hexdigest()[:16]}"


def label(value: object) -> str:
    """A text or a number as text; empty for anything else."""
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def mapping(value: object) -> Record:
    """``value`` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object, place: str) -> list[Record]:
    """The objects in a list; an absent list is an empty one.

    :raises DocumentError: it is no list of objects.
    """
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise DocumentError("wrong-format", f"{place} is not a list of objects; export it again")
    return value


def ticket_id(record: Record, *fields: str) -> str:
    """The first of the fields that holds an id.

    :raises DocumentError: none does.
    """
    for field in fields:
        if told := label(record.get(field)):
            return told
    raise DocumentError("wrong-format", f"{fields[0]}: the ticket has none; export it again")


def text_of(record: Record, field: str, place: str) -> str:
    """A text field; empty where it is null or absent.

    :raises DocumentError: it holds something else.
    """
    value = record.get(field)
    if value is None:
        return ""
    if not isinstance(value, (str, int)):
        raise DocumentError("wrong-format", f"{place}: {field} is not a text; export it again")
    return str(value)


def _in_order(messages: tuple[ExportedMessage, ...]) -> list[ExportedMessage]:
    """By time; a message without one stays behind the one it was written behind."""
    latest = ""
    timed: list[tuple[str, int, ExportedMessage]] = []
    for number, message in enumerate(messages):
        at = iso_time(message.at)
        latest = at if at[:4].isdigit() else latest
        timed.append((latest, number, replace(message, at=at)))
    return [message for _at, _number, message in sorted(timed, key=lambda entry: entry[:2])]
