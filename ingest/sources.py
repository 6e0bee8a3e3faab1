"""Where documents come from: files and folders, and ticket exports in JSON lines.

A source lists its items cheaply, and parses one when asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol

from ingest.dated_names import split_date
from ingest.documents import DocumentKind, Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError, IngestUserError

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


def open_source(path: Path) -> Source:
    """The source for a path that somebody typed.

    :raises IngestUserError: there is nothing at ``path``.
    """
    from ingest.folder_source import FolderSource
    from ingest.ticket_source import TicketsSource

    full = path.expanduser().resolve()
    if not full.exists():
        raise IngestUserError(f"{path}: no such file or folder")
    if full.is_file() and full.suffix == ".jsonl":
        return TicketsSource(full)
    return FolderSource(full)


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
    stem, dated = split_date(title)
    return stem.replace("-", " ").replace("_", " ").capitalize() if dated else title


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
