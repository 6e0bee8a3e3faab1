"""Tickets as help desks export them, and what triage reads of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.desk.triage.words import Wording
from app.errors import AppUserError
from ingest.documents import Finding
from ingest.errors import DocumentError, IngestUserError
from ingest.languages.identify import identify
from ingest.sources import open_source
from ingest.sources.exports.source import ExportSource
from ingest.sources.ticket_lines import TicketLines
from ingest.sources.tickets import Ticket

_USUAL = 0.02  # share of texts from which a language is usual among them
FIELDS = ("queue", "type", "priority", "sentiment")


@dataclass(frozen=True)
class SortedText:
    """What a customer wrote, and how people have sorted it.

    :param labels: those of :data:`FIELDS` that are known, or of another field.
    """

    id: str
    text: str
    language: str
    labels: dict[str, str]
    is_description: bool = False  # of a label, and no ticket: learned from, but nothing that can be got right

    @cached_property
    def wording(self) -> Wording:
        """Its terms."""
        return Wording(self.text, self.language)


def open_tickets(path: Path) -> TicketLines | ExportSource:
    """An export of Zendesk, Freshdesk or Jira, or tickets as JSON lines.

    :raises AppUserError: it is none of these.
    """
    try:
        source = open_source(path)
    except IngestUserError as error:
        raise AppUserError(str(error)) from None
    if not isinstance(source, TicketLines | ExportSource):
        raise AppUserError(f"{path}: no tickets; give an export of a help desk, or one ticket in JSON a line")
    return source


def read_tickets(path: Path) -> Iterator[Ticket | Finding]:
    """The tickets of an export.

    :raises AppUserError: it is none.
    """
    source = open_tickets(path)
    for item in source.items():
        if isinstance(item, Finding):
            yield item
            continue
        try:
            yield source.ticket(item)
        except DocumentError as error:
            yield Finding(item.document_id, error.code, str(error))


def sorted_texts(tickets: Sequence[Ticket]) -> list[SortedText]:
    """The subject and the first thing that the customer wrote, which is what there is when a ticket is to be sorted.

    Tickets in which no customer wrote are left out.
    """
    texts = [first_words(ticket) for ticket in tickets]
    languages = languages_of(texts, [ticket.language for ticket in tickets])
    labels = [{field: label for field in FIELDS if (label := getattr(ticket, field))} for ticket in tickets]
    found = zip(tickets, texts, languages, labels, strict=True)
    return [SortedText(ticket.id, text, language, of_it) for ticket, text, language, of_it in found if text]


def languages_of(texts: Sequence[str], noted: Sequence[str | None]) -> list[str]:
    """The language of every text, as noted, or else the likeliest of those that are usual among them.

    A few words alone are easily taken for another language.
    """
    unknown = [text for text, language in zip(texts, noted, strict=True) if not language]
    counts = Counter(identify(text).language for text in unknown)
    usual = {language for language, count in counts.items() if count >= _USUAL * len(unknown)}
    usual |= {language for language in noted if language}
    pairs = zip(texts, noted, strict=True)
    return [language or identify(text, usual or None).language for text, language in pairs]


def first_words(ticket: Ticket) -> str:
    """The subject and the first thing that the customer wrote; the empty text where that is nothing."""
    written = (message.text for message in ticket.messages if message.author == "customer" and not message.internal)
    return "\n".join(filter(None, (ticket.subject, next(written, ""))))
