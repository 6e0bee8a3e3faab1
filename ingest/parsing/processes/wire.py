"""What a parsing worker and its pool say to each other.

Frames of JSON, each behind its length in four bytes; a request's is followed by the file's bytes. A worker has
parsed what somebody else wrote, so what it says is checked as any other input: no pickle, a bound on its size, and
every field of a document.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from typing import Any

from ingest.documents import Content, Finding, ParsedDocument, Section, SectionKind, Unit
from ingest.errors import DocumentError

_LENGTH = struct.Struct(">I")
_CODE = re.compile(r"[a-z][a-z0-9-]{0,40}")
_KINDS: dict[str, SectionKind] = {"prose": "prose", "list": "list", "table": "table"}
_LONGEST_MESSAGE = 600  # characters
_MOST_FINDINGS = 1000
_LARGEST_REQUEST = 100_000  # bytes of JSON: a name and a language

Receive = Callable[[int], bytearray]
"""Gives exactly so many bytes, or raises ``EOFError``."""


class WireError(Exception):
    """The other side broke the protocol."""


def frame(message: dict[str, Any]) -> bytes:
    """``message`` as it goes over the wire; half a surrogate pair, which UTF-8 cannot hold, becomes a question mark."""
    payload = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="replace")
    return _LENGTH.pack(len(payload)) + payload


def request(content: Content) -> bytes:
    """The head of a request; the bytes of ``content`` follow it."""
    return frame({"name": content.name, "language": content.language, "size": len(content.data)})


def receive_request(receive: Receive) -> Content:
    head = receive_message(receive, _LARGEST_REQUEST)
    return Content(head["name"], bytes(receive(head["size"])), head["language"])


def receive_message(receive: Receive, most: int) -> dict[str, Any]:
    """One frame.

    :raises WireError: it is no JSON object.
    :raises OverflowError: it is longer than ``most`` bytes.
    """
    (length,) = _LENGTH.unpack(receive(_LENGTH.size))
    if length > most:
        raise OverflowError(length)
    try:
        message = json.loads(receive(length))
    except (ValueError, RecursionError) as error:
        raise WireError("not JSON") from error
    if not isinstance(message, dict):
        raise WireError("not an object")
    return message


def error_message(error: DocumentError) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": str(error)}}


def document_message(document: ParsedDocument) -> dict[str, Any]:
    """A document; a unit's text is left out where it is the words of its span."""
    text = document.text
    sections = [
        [
            section.kind,
            section.heading,
            section.page,
            section.start,
            section.end,
            section.header,
            [
                (unit.start, unit.end)
                if unit.text == text[unit.start : unit.end]
                else (unit.start, unit.end, unit.text)
                for unit in section.units
            ],
        ]
        for section in document.sections
    ]
    findings = [(finding.item, finding.code, finding.message) for finding in document.findings]
    return {
        "document": {
            "text": text,
            "title": document.title,
            "metadata": document.metadata,
            "sections": sections,
            "findings": findings,
        }
    }


def outcome(message: dict[str, Any]) -> ParsedDocument:
    """The document that a worker sent.

    :raises DocumentError: it sent the reason why there is none.
    :raises WireError: it sent something else.
    """
    try:
        if "error" in message:
            code, reason = _text(message["error"]["code"]), _text(message["error"]["message"])
            raise DocumentError(_code(code), _one_line(reason))
        return _document(message["document"])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise WireError(f"not a document ({type(error).__name__})") from error


def _document(said: dict[str, Any]) -> ParsedDocument:
    text = _text(said["text"])
    metadata = {_text(key): _text(value) for key, value in said["metadata"].items()}
    findings = tuple(
        Finding(_text(item), _code(_text(code)), _one_line(_text(message)))
        for item, code, message in said["findings"][:_MOST_FINDINGS]
    )
    sections = tuple(_section(section, text) for section in said["sections"])
    return ParsedDocument(text, _text(said["title"]), sections, metadata, findings)


def _section(said: list[Any], text: str) -> Section:
    kind, heading, page, start, end, header, units = said
    if page is not None and (type(page) is not int or page < 0):
        raise ValueError("page")
    _check_span(start, end, len(text))
    return Section(
        _KINDS[kind],
        tuple(map(_text, heading)),
        page,
        start,
        end,
        tuple(_unit(unit, text) for unit in units),
        _text(header),
    )


def _unit(said: list[Any], text: str) -> Unit:
    start, end, *own = said
    _check_span(start, end, len(text))
    return Unit(start, end, _text(own[0]) if own else text[start:end])


def _check_span(start: object, end: object, length: int) -> None:
    if type(start) is not int or type(end) is not int or not 0 <= start <= end <= length:
        raise ValueError("span")


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError("text")
    return value


def _code(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise ValueError("code")
    return code


def _one_line(message: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in message[:_LONGEST_MESSAGE]).split())
