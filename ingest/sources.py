"""Where documents come from: files and folders, and ticket exports in JSON lines.

A source lists its items cheaply, and parses one when asked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from ingest.documents import DocumentKind, Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError, IngestUserError

_DATED = re.compile(r"^(?P<stem>.+)@(?P<date>\d{4}-\d{2}-\d{2})$")
_MOST_BYTES = 200 * 1024 * 1024
_KINDS: tuple[DocumentKind, ...] = ("policy", "article", "ticket")


class Source(Protocol):
    """A place that documents come from."""

    @property
    def name(self) -> str:
        """How a person would name it."""

    def items(self) -> Iterator[SourceItem | Finding]:
        """Everything the source holds now; a finding for what cannot be used."""

    def parse(self, item: SourceItem) -> ParsedDocument:
        """The words of one item.

        :raises DocumentError: this one item cannot be used.
        """

    def covers(self, uri: str) -> bool:
        """Whether an item with this uri would be listed if it still existed."""


@dataclass(frozen=True)
class FolderSource:
    """A folder with everything below it, or one file."""

    path: Path
    suffixes: frozenset[str]
    parse_file: Callable[[Path], ParsedDocument]

    @property
    def name(self) -> str:
        return str(self.path)

    def items(self) -> Iterator[SourceItem | Finding]:
        for file in self._files():
            uri = file.as_uri()
            shown = str(file.relative_to(self._root))
            if file.suffix.lower() not in self.suffixes:
                yield Finding(shown, "unsupported", f"{shown}: files of type {file.suffix or 'none'} are not read")
                continue
            try:
                digest = _digest(file)
                stem, effective_from = _dated_stem(file)
            except DocumentError as error:
                yield Finding(shown, error.code, str(error))
                continue
            except OSError as error:
                yield Finding(shown, "unreadable", f"{shown}: cannot be read ({error.strerror}); check its permissions")
                continue
            document_id = file.with_name(stem + file.suffix).relative_to(self._root).as_posix()
            yield SourceItem(uri, document_id, digest, effective_from=effective_from)

    def parse(self, item: SourceItem) -> ParsedDocument:
        from urllib.parse import unquote, urlparse

        return self.parse_file(Path(unquote(urlparse(item.uri).path)))

    def covers(self, uri: str) -> bool:
        own = self.path.as_uri()
        return uri == own or uri.startswith(own.rstrip("/") + "/")

    @property
    def _root(self) -> Path:
        return self.path if self.path.is_dir() else self.path.parent

    def _files(self) -> Iterator[Path]:
        if self.path.is_file():
            yield self.path
            return
        for file in sorted(self.path.rglob("*")):
            inside = file.relative_to(self.path).parts
            if any(part.startswith((".", "~$")) for part in inside) or not file.is_file():
                continue
            if file.is_symlink() and not file.resolve().is_relative_to(self.path):
                continue  # a link must not carry files from elsewhere into the knowledge base
            yield file


@dataclass(frozen=True)
class TicketsSource:
    """Tickets as JSON lines: one ticket a line, with its messages in order."""

    path: Path
    parse_ticket: Callable[[Mapping[str, Any]], ParsedDocument]

    @property
    def name(self) -> str:
        return str(self.path)

    def items(self) -> Iterator[SourceItem | Finding]:
        for number, line in self._lines():
            shown = f"{self.path.name}:{number}"
            try:
                ticket = json.loads(line)
                identifier = ticket["id"]
                customer = ticket["customer_id"]
            except (ValueError, KeyError, TypeError) as error:
                reason = f"has no {error}" if isinstance(error, KeyError) else "is not a JSON object"
                yield Finding(shown, "wrong-format", f"{shown}: the line {reason}")
                continue
            yield SourceItem(
                uri=f"{self.path.as_uri()}#{identifier}",
                document_id=f"ticket/{identifier}",
                content_hash=hashlib.sha256(line).hexdigest(),
                kind="ticket",
                title=str(ticket.get("subject", "")),
                audience="agent",
                customer_id=str(customer),
            )

    def parse(self, item: SourceItem) -> ParsedDocument:
        for _number, line in self._lines():
            if hashlib.sha256(line).hexdigest() == item.content_hash:
                return self.parse_ticket(json.loads(line))
        raise DocumentError("changed", f"{item.document_id}: the line changed while it was read; run the ingest again")

    def covers(self, uri: str) -> bool:
        return uri.startswith(self.path.as_uri() + "#")

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line.strip()


def open_source(path: Path) -> Source:
    """The source for a path that somebody typed.

    :raises IngestUserError: there is nothing at ``path``.
    """
    from ingest.parsing import SUPPORTED, parse_file
    from ingest.tickets import parse_ticket

    full = path.expanduser().resolve()
    if not full.exists():
        raise IngestUserError(f"{path}: no such file or folder")
    if full.is_file() and full.suffix == ".jsonl":
        return TicketsSource(full, parse_ticket)
    return FolderSource(full, SUPPORTED, parse_file)


def described(item: SourceItem, document: ParsedDocument) -> SourceItem:
    """The item with what the document says of itself, which wins over what its place says.

    :raises DocumentError: a field has a value that cannot be used.
    """
    said = document.metadata
    kind = said.get("kind", item.kind)
    if kind not in _KINDS:
        raise DocumentError("wrong-format", f"{item.document_id}: kind is {kind!r}; use one of {', '.join(_KINDS)}")
    return replace(
        item,
        document_id=said.get("id", item.document_id),
        kind=kind,
        title=_title(item, document),
        audience=said.get("audience", item.audience),
        customer_id=said.get("customer_id", item.customer_id),
        effective_from=_date(item, said, "effective_from") or item.effective_from,
        effective_to=_date(item, said, "effective_to") or item.effective_to,
    )


def _title(item: SourceItem, document: ParsedDocument) -> str:
    """The document's own title; one that is only its file's name loses the date in it."""
    title = document.title or item.title
    match = _DATED.match(title)
    return match["stem"].replace("-", " ").replace("_", " ").capitalize() if match else title


def _date(item: SourceItem, said: Mapping[str, str], field: str) -> date | None:
    value = said.get(field)
    if not value:
        return None
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        raise DocumentError(
            "wrong-format", f"{item.document_id}: {field} is {value!r}; write it as 2026-03-01"
        ) from None


def _dated_stem(file: Path) -> tuple[str, date | None]:
    match = _DATED.match(file.stem)
    if match is None:
        return file.stem, None
    try:
        return match["stem"], date.fromisoformat(match["date"])
    except ValueError:
        raise DocumentError("wrong-format", f"{file.name}: {match['date']} is not a date") from None


def _digest(file: Path) -> str:
    size = file.stat().st_size
    if size > _MOST_BYTES:
        raise DocumentError("too-large", f"{file.name}: {size >> 20} MB; the limit is {_MOST_BYTES >> 20} MB")
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
