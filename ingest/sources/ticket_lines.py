"""Tickets as JSON lines: one ticket a line, with its messages in order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from ingest.documents import Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError
from ingest.sources.tickets import Ticket, read_ticket, ticket_document


@dataclass(frozen=True)
class TicketLines:
    """One export; a ticket is an item.

    :param path: absolute, with its links resolved.
    """

    path: Path
    _places: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)  # of lines, by hash

    @property
    def name(self) -> str:
        return str(self.path)

    def items(self) -> Iterator[SourceItem | Finding]:
        seen: dict[str, int] = {}
        try:
            for number, place, line in self._lines():
                shown = f"{self.path.name}:{number}"
                try:
                    ticket = read_ticket(line)
                except DocumentError as error:
                    yield Finding(shown, error.code, f"{shown}: {error}")
                    continue
                if ticket.id in seen:
                    message = f"{shown}: {ticket.id} is there already, in line {seen[ticket.id]}; keep one of them"
                    yield Finding(shown, "duplicate", message)
                    continue
                seen[ticket.id] = number
                digest = hashlib.sha256(line).hexdigest()
                self._places[digest] = place
                yield SourceItem(
                    uri=f"{self.path.as_uri()}#{quote(ticket.id, safe='')}",
                    document_id=f"ticket/{ticket.id}",
                    content_hash=digest,
                    kind="ticket",
                    title=ticket.subject,
                    audience="agent",
                    customer_id=ticket.customer_id,
                )
        except OSError as error:
            message = f"{self.path.name}: cannot be read ({error.strerror}); check its permissions"
            yield Finding(self.path.name, "unreadable", message)

    def read(self, item: SourceItem) -> ParsedDocument:
        return ticket_document(self.ticket(item))

    def ticket(self, item: SourceItem) -> Ticket:
        """One ticket, as it was listed.

        :raises DocumentError: it changed, or cannot be read any more.
        """
        try:
            with self.path.open("rb") as stream:
                stream.seek(self._places[item.content_hash])
                line = stream.readline().strip()
        except OSError as error:
            raise DocumentError("unreadable", f"{item.document_id}: cannot be read ({error.strerror})") from error
        if hashlib.sha256(line).hexdigest() != item.content_hash:
            raise DocumentError(
                "changed", f"{item.document_id}: the line changed while it was read; run the ingest again"
            )
        return read_ticket(line)

    def covers(self, uri: str) -> bool:
        return uri.startswith(self.path.as_uri() + "#")

    def _lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Number, offset in bytes and content of every line that has any."""
        place = 0
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, place, line.strip()
                place += len(line)
