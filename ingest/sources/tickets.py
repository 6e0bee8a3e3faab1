"""One ticket: read from its JSON, and turned into a document with a section for each message."""

from __future__ import annotations

import json
import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from ingest.documents import ParsedDocument, Section, Unit
from ingest.errors import DocumentError
from ingest.parsing.cleaning import clean
from ingest.sentences import split_sentences

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _sound(value: object) -> object:
    """Without invisible characters, and without halves of characters, which JSON can escape and nothing can store."""
    return clean(value.encode("utf-8", "replace").decode()).strip() if isinstance(value, str) else value


def _none_as_empty(value: object) -> object:
    return "" if value is None else value


def _label(value: object) -> str:
    """A short text; what has another form belongs to another program and is left to it."""
    return str(_sound(str(value))) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _labels(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_label, value))) if isinstance(value, (list, tuple)) else ()


def _names(value: object) -> tuple[str, ...]:
    """Names of attached files, given as such or as the objects that help desks write."""
    given = value if isinstance(value, (list, tuple)) else ()
    return _labels([file.get("name") or file.get("file_name") if isinstance(file, dict) else file for file in given])


Words = Annotated[str, BeforeValidator(_none_as_empty), BeforeValidator(_sound)]
Name = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_none_as_empty), BeforeValidator(_sound)]
Label = Annotated[str, BeforeValidator(_label)]


class Message(BaseModel):
    """One message of a ticket.

    ``author`` is the part somebody plays (customer, agent, participant), ``name`` who it is; ``at`` is
    an ISO 8601 time. An ``internal`` message is a note among agents that the customer never saw.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    author: Words = "customer"
    name: Label = ""
    at: Words = ""
    text: Words = ""
    internal: Annotated[bool, BeforeValidator(lambda value: value is True)] = False
    attachments: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()


class Ticket(BaseModel):
    """A ticket as help desks export it; fields that are not read here are left to others.

    In the JSON-lines form only ``id`` and ``customer_id`` must be there; all labels are free texts.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: Name
    customer_id: Name
    subject: Words = ""
    language: Words = ""
    status: Label = ""
    priority: Label = ""
    queue: Label = ""
    type: Label = ""
    sentiment: Label = ""
    channel: Label = ""
    organization: Label = ""
    tags: Annotated[tuple[str, ...], BeforeValidator(_labels)] = ()
    created_at: Label = ""
    updated_at: Label = ""
    messages: tuple[Message, ...] = ()


_TOLD = ("language", "status", "priority", "queue", "type", "channel", "organization", "created_at", "updated_at")


def read_ticket(line: bytes) -> Ticket:
    """The ticket in one line of JSON.

    :raises DocumentError: it is not JSON, or a field is missing or of the wrong form.
    """
    try:
        return Ticket.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the line"
        raise DocumentError("wrong-format", f"{place}: {first['msg']}; correct the export") from None
    except (ValueError, RecursionError):
        raise DocumentError("wrong-format", "the line is not JSON; write one ticket a line") from None


def ticket_document(ticket: Ticket) -> ParsedDocument:
    """The document for a ticket.

    :raises DocumentError: the ticket has no words.
    """
    text = ""
    sections: list[Section] = []
    for message in ticket.messages:
        words = _words(message)
        if not words:
            continue
        heading = _heading(message)
        text += f"{heading}\n"
        start = len(text)
        text += words
        units = tuple(
            Unit(start + first, start + last, " ".join(words[first:last].split()))
            for first, last in split_sentences(words)
        )
        sections.append(Section("prose", (heading,), None, start, len(text), units))
        text += "\n\n"
    if not sections:
        raise DocumentError("empty", f"{ticket.id}: the ticket has no message with words in it")
    known = {field: getattr(ticket, field) for field in _TOLD if getattr(ticket, field)}
    if ticket.tags:
        known["tags"] = ", ".join(ticket.tags)
    return ParsedDocument(text.rstrip(), ticket.subject or ticket.id, tuple(sections), known)


def _words(message: Message) -> str:
    attached = f"[attachment: {', '.join(message.attachments)}]" if message.attachments else ""
    return "\n".join(filter(None, (message.text, attached)))


def _heading(message: Message) -> str:
    day = message.at[:10] if _ISO_DAY.match(message.at) or not message.at[10:] else message.at
    return " ".join(filter(None, (message.author, message.name, "(internal)" if message.internal else "", day)))
