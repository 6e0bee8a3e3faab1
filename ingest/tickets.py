"""Turn one ticket into a document: a section for each message, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.documents import ParsedDocument, Section, Unit
from ingest.errors import DocumentError
from ingest.sentences import split_sentences


def parse_ticket(ticket: Mapping[str, Any]) -> ParsedDocument:
    """The document for a ticket with ``id``, ``subject`` and ``messages`` of ``author``, ``at`` and ``text``.

    :raises DocumentError: the ticket has no words.
    """
    identifier = str(ticket["id"])
    text = ""
    sections: list[Section] = []
    for message in ticket.get("messages", ()):
        words = str(message.get("text", "")).strip()
        if not words:
            continue
        heading = f"{message.get('author', 'customer')} {str(message.get('at', ''))[:10]}".strip()
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
        raise DocumentError("empty", f"{identifier}: the ticket has no message with words in it")
    known = {name: str(ticket[name]) for name in ("language",) if ticket.get(name)}
    return ParsedDocument(text.rstrip(), str(ticket.get("subject", identifier)), tuple(sections), known)
