"""The tickets of one export, whichever help desk wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO
from urllib.parse import quote

from ingest.documents import Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError
from ingest.sources.exports.columns import cells_by_name, columns
from ingest.sources.exports.csv_rows import csv_rows, header, read_row
from ingest.sources.exports.json_entries import Entry, json_entries, read_entry
from ingest.sources.exports.model import ExportedTicket, ExportSystem, Person, Record
from ingest.sources.exports.times import iso_time
from ingest.sources.tickets import Ticket, ticket_document

MAX_PEOPLE = 1_000_000  # whose names are kept in memory

_ID = re.compile(rb'"(key|display_id|id)"\s*:\s*"?([A-Za-z0-9_-]{1,40})')


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of an export; one without tickets may hold its users."""

    path: Path
    has_tickets: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a ticket is, and what it is listed as."""

    file: Path
    entry: Entry
    digest: str
    customer_id: str
    subject: str
    updated_at: str


@dataclass
class _Listing:
    """What one pass over the files found."""

    tickets: dict[str, _Place] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class ExportSource:
    """One export: a file, or the folder with all its files; a ticket is an item.

    :param path: absolute, with its links resolved; the address of every ticket begins with it.
    """

    path: Path
    system: ExportSystem
    files: tuple[ExportFile, ...]
    _listed: list[_Listing] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        return str(self.path)

    def items(self) -> Iterator[SourceItem | Finding]:
        listing = self._list()
        self._listed[:] = [listing]
        yield from listing.findings
        for number, place in listing.tickets.items():
            yield SourceItem(
                uri=f"{self.path.as_uri()}#{quote(number, safe='')}",
                document_id=f"ticket/{number}",
                content_hash=place.digest,
                kind="ticket",
                title=place.subject,
                audience="agent",
                customer_id=place.customer_id,
            )

    def read(self, item: SourceItem) -> ParsedDocument:
        exported = self._read(item)
        document = ticket_document(exported.ticket(self._listed[0].people))
        if not exported.missing:
            return document
        message = f"{item.document_id}: {exported.missing} comments are not in the export; export it with all comments"
        return replace(document, findings=(Finding(item.document_id, "comments-missing", message),))

    def ticket(self, item: SourceItem) -> Ticket:
        """One ticket with its messages in order of time, as it was listed.

        :raises DocumentError: it changed, or cannot be read any more.
        """
        return self._read(item).ticket(self._listed[0].people)

    def covers(self, uri: str) -> bool:
        return uri.startswith(self.path.as_uri() + "#")

    def _read(self, item: SourceItem) -> ExportedTicket:
        if not self._listed:
            self._listed.append(self._list())
        place = self._listed[0].tickets.get(item.document_id.removeprefix("ticket/"))
        exported = None
        try:
            if place is not None:
                exported = self._exported(place.file, place.entry)
        except OSError as error:
            raise DocumentError("unreadable", f"{item.document_id}: cannot be read ({error.strerror})") from error
        except DocumentError:
            pass  # it could be read when it was listed
        if exported is None or exported.digest() != item.content_hash:
            raise DocumentError(
                "changed", f"{item.document_id}: the export changed while it was read; run the ingest again"
            )
        return exported

    def _exported(self, path: Path, entry: Entry) -> ExportedTicket | None:
        with path.open("rb") as stream:
            if _is_json(path):
                return self.system.ticket(read_entry(stream, entry))
            names, delimiter = _columns_of(path, self.system)
            return self._from_row(names, read_row(stream, entry.start, entry.end, delimiter))

    def _list(self) -> _Listing:
        listing = _Listing()
        for file in self.files:
            shown = file.path.name
            try:
                if _is_json(file.path):
                    self._list_json(file, listing)
                elif file.has_tickets:
                    self._list_rows(file.path, listing)
            except DocumentError as error:
                listing.findings.append(Finding(shown, error.code, str(error)))
            except OSError as error:
                message = f"{shown}: cannot be read ({error.strerror}); check its permissions"
                listing.findings.append(Finding(shown, "unreadable", message))
        return listing

    def _list_json(self, file: ExportFile, listing: _Listing) -> None:
        known = len(listing.people)
        with file.path.open("rb") as stream:
            for entry in json_entries(file.path):
                shown = f"{file.path.name}, {entry.place}"
                try:
                    record = read_entry(stream, entry)
                    if entry.group == "users" or not file.has_tickets:
                        self._note_person(record, listing)
                        continue
                    number = _id_of(record)
                    shown = f"{shown} ({number})"
                    self._note(file.path, entry, number, self.system.ticket(record), listing)
                except DocumentError as error:
                    if file.has_tickets:
                        if not shown.endswith(")"):
                            shown = f"{shown} ({_id_in(stream, entry)})"
                        listing.findings.append(Finding(shown, error.code, f"{shown}: {error}"))
        if not file.has_tickets and len(listing.people) == known:
            message = f"{file.path.name}: neither tickets nor users of {self.system.name}; it is not read"
            listing.findings.append(Finding(file.path.name, "unsupported", message))

    def _note_person(self, record: Record, listing: _Listing) -> None:
        person = self.system.person(record)
        if person is not None and len(listing.people) < MAX_PEOPLE:
            listing.people[person.id] = person

    def _list_rows(self, path: Path, listing: _Listing) -> None:
        names, delimiter = _columns_of(path, self.system)
        for row in csv_rows(path, delimiter):
            cells = cells_by_name(names, row.cells)
            number = (cells.get("id") or cells.get("key") or ("no id",))[0]
            shown = f"{path.name}, row {row.number} ({number.encode('utf-8', 'replace').decode()})"
            try:
                ticket = self._from_row(names, row.cells)
                self._note(path, Entry("", "", row.start, row.end), number, ticket, listing)
            except DocumentError as error:
                listing.findings.append(Finding(shown, error.code, f"{shown}: {error}"))

    def _from_row(self, names: tuple[str, ...], cells: tuple[str, ...]) -> ExportedTicket | None:
        if len(cells) != len(names):
            wrong = f"{len(cells)} cells, but the header has {len(names)}; export it again"
            raise DocumentError("wrong-format", wrong)
        if not all(map(_is_sound, cells)):
            raise DocumentError("wrong-format", "not UTF-8; save the file as CSV UTF-8")
        return self.system.row(cells_by_name(names, cells))

    def _note(self, path: Path, entry: Entry, number: str, ticket: ExportedTicket | None, to: _Listing) -> None:
        """Keep the newest state of a ticket: pages of an interface overlap, and a later one may delete it."""
        if ticket is None:
            to.tickets.pop(number, None)
            return
        updated = iso_time(ticket.updated_at)
        place = _Place(path, entry, ticket.digest(), ticket.customer_id, ticket.subject, updated)
        old = to.tickets.get(ticket.id)
        if old is None or (updated and updated > old.updated_at):
            to.tickets[ticket.id] = place
        elif old.digest != place.digest and old.updated_at == updated:
            raise DocumentError("duplicate", "it is there already with other words; keep one of them")


def _is_json(path: Path) -> bool:
    return path.suffix.lower() in (".json", ".jsonl", ".ndjson")


def _columns_of(path: Path, system: ExportSystem) -> tuple[tuple[str, ...], str]:
    heads, delimiter = header(path)
    return columns(system.name.lower()).named(heads), delimiter


def _is_sound(cell: str) -> bool:
    """Whether every byte of the cell was UTF-8."""
    return cell.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in cell)


def _id_of(record: Record) -> str:
    """How to name a ticket that may be broken."""
    for wrapper in ("helpdesk_ticket", "ticket"):
        inner = record.get(wrapper)
        record = inner if isinstance(inner, dict) else record
    named = next(
        (record[key] for key in ("key", "display_id", "id") if isinstance(record.get(key), (str, int))), "no id"
    )
    return str(named)[:40].encode("utf-8", "replace").decode()


def _id_in(stream: IO[bytes], entry: Entry) -> str:
    """How to name a ticket whose JSON cannot be read."""
    stream.seek(entry.start)
    data = stream.read(min(entry.end - entry.start, 20_000))
    found = {match[1]: match[2].decode() for match in reversed(list(_ID.finditer(data)))}
    return next((found[field] for field in (b"key", b"display_id", b"id") if field in found), "no id")
