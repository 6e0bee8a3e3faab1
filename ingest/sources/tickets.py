"""One ticket: read from its JSON, and turned into a document with a section for each message."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from ingest.documents import ParsedDocument, Section, Unit
from ingest.errors import DocumentError
from ingest.parsing.cleaning import clean
from ingest.sentences import split_sentences


def _sound(value: object) -> object:
    """Without invisible characters, and without halves of characters, which JSON can escape and nothing can store."""
    return clean(value.encode("utf-8", "replace").decode()).strip() if isinstance(value, str) else value


def _none_as_empty(value: object) -> object:
    return "" if value is None else value


Words = Annotated[str, BeforeValidator(_none_as_empty), BeforeValidator(_sound)]
Name = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_none_as_empty), BeforeValidator(_sound)]


class Message(BaseModel):
    """One message of a ticket."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    author: Words = "customer"
    at: Words = ""
    text: Words = ""


class Ticket(BaseModel):
    """A ticket as help desks export it; fields that are not read here are left to others."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: Name
    customer_id: Name
    subject: Words = ""
    language: Words = ""
    messages: tuple[Message, ...] = ()


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
        if not message.text:
            continue
        heading = f"{message.author} {message.at[:10]}".strip()
        text += f"{heading}\n"
        start = len(text)
        text += message.text
        units = tuple(
            Unit(start + first, start + last, " ".join(message.text[first:last].split()))
            for first, last in split_sentences(message.text)
        )
        sections.append(Section("prose", (heading,), None, start, len(text), units))
        text += "\n\n"
    if not sections:
        raise DocumentError("empty", f"{ticket.id}: the ticket has no message with words in it")
    known = {"language": ticket.language} if ticket.language else {}
    return ParsedDocument(text.rstrip(), ticket.subject or ticket.id, tuple(sections), known)
