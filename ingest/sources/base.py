"""What a source of documents is.

A source lists its items cheaply, and reads one when asked. Parsing is not its business: it
gives the bytes, and only what has no format of its own (a ticket) comes as a parsed document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Protocol

from ingest.documents import Content, DocumentKind, Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError
from ingest.sources.dated_names import split_date

_KINDS: tuple[DocumentKind, ...] = ("policy", "article", "ticket")


class Source(Protocol):
    """A place that documents come from."""

    @property
    def name(self) -> str:
        """How a person would name it."""

    def items(self) -> Iterator[SourceItem | Finding]:
        """Everything the source holds now; a finding for what cannot be used."""

    def read(self, item: SourceItem) -> Content | ParsedDocument:
        """One item as it was listed; called from several threads.

        :raises DocumentError: this one item cannot be used, or is another than was listed.
        """

    def covers(self, uri: str) -> bool:
        """Whether an item with this uri would be listed if it still existed."""


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
