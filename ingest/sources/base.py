"""What a source of documents is.

A source lists its items cheaply, and reads one when asked. Parsing is not its business: it
gives the bytes, and only what has no format of its own (a ticket) comes as a parsed document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import unquote

from ingest.documents import Content, DocumentKind, Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError
from ingest.parsing.dates import UnclearDateError, read_date
from ingest.sources.access import AudienceError, audience_named, narrower
from ingest.sources.dated_names import split_date

if TYPE_CHECKING:
    from ingest.sources.web.limits import WebLimits

_KINDS: tuple[DocumentKind, ...] = ("policy", "article", "ticket")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")
_LONGEST_NAME = 200  # characters of an author


@runtime_checkable
class Source(Protocol):
    """A place that documents come from."""

    @property
    def name(self) -> str:
        """How a person would name it."""

    def items(self) -> Iterator[SourceItem | Finding]:
        """Everything the source holds now; a finding for what cannot be used.

        :raises IngestUserError: before the first item: nothing of this source may be used as it is.
        """

    def read(self, item: SourceItem) -> Content | ParsedDocument:
        """One item as it was listed; called from several threads.

        :raises DocumentError: this one item cannot be used, or is another than was listed.
        """

    def covers(self, uri: str) -> bool:
        """Whether an item with this uri would be listed if it still existed."""


@runtime_checkable
class SelectiveSource(Source, Protocol):
    """A source that can be told to leave out what it would list otherwise."""

    def leaves_out(self, uri: str) -> bool:
        """Whether what is at this uri is not wanted, whether or not the rest of the source could be listed."""


def is_left_out(source: Source, uri: str) -> bool:
    """Whether ``source`` holds what is at ``uri`` and was told to leave it out, so that it is retired."""
    return isinstance(source, SelectiveSource) and source.leaves_out(uri)


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What somebody decides for every source of a run.

    :param home: where a source may keep files of its own, such as pages downloaded before.
    :param web: bounds on fetching web pages; its own defaults without.
    """

    home: Path = Path(".polydesk")
    web: WebLimits | None = None


def described(item: SourceItem, document: ParsedDocument) -> SourceItem:
    """The item with what the document says of itself, which wins over what its place says.

    Except that it never widens who may read it, and leaves alone what ``item.enforced`` names.

    :raises DocumentError: a field has a value that cannot be used.
    """
    said = {key: value for key, value in document.metadata.items() if key not in item.enforced}
    kind = said.get("kind", item.kind)
    if kind not in _KINDS:
        raise DocumentError("wrong-format", f"{item.document_id}: kind is {kind!r}; use one of {', '.join(_KINDS)}")
    begins = _date(item, said, "effective_from") or item.effective_from
    ends = _date(item, said, "effective_to") or item.effective_to
    if begins and ends and ends < begins:
        message = f"{item.document_id}: effective_to is {ends}, before effective_from, {begins}; correct one of them"
        raise DocumentError("wrong-format", message)
    return replace(
        item,
        document_id=said.get("id", item.document_id),
        kind=kind,
        title=_title(item, document),
        audience=_audience(item, said),
        customer_id=_customer(item, said),
        effective_from=begins,
        effective_to=ends,
        language=_language(said) or item.language,
        author=said.get("author", "").strip()[:_LONGEST_NAME] or item.author,
    )


def _audience(item: SourceItem, said: Mapping[str, str]) -> str:
    if "audience" not in said:
        return item.audience
    try:
        return narrower(item.audience, audience_named(said["audience"]))
    except AudienceError as error:
        raise DocumentError("wrong-format", f"{item.document_id}: {error}") from None


def _customer(item: SourceItem, said: Mapping[str, str]) -> str | None:
    own = said.get("customer_id") or item.customer_id
    if item.customer_id is not None and own != item.customer_id:
        message = (
            f"{item.document_id}: customer_id is {own!r} here and {item.customer_id!r} where it lies; make them one"
        )
        raise DocumentError("wrong-format", message)
    return own


def _title(item: SourceItem, document: ParsedDocument) -> str:
    """The document's own title; one that is only its file's name loses the date in it."""
    title = document.title or item.title
    stem, dated = split_date(title)
    file_stem = PurePosixPath(unquote(item.uri.rpartition("/")[2])).stem
    versions_stem = PurePosixPath(item.document_id).stem
    if title == file_stem and versions_stem in title and versions_stem != title:
        stem, dated = versions_stem, title
    return stem.replace("-", " ").replace("_", " ").capitalize() if dated else title


def _language(said: Mapping[str, str]) -> str | None:
    """``pt`` for ``pt-BR``; None for what is no language code."""
    match = _LANGUAGE.fullmatch(said.get("language", "").strip())
    return match[1].lower() if match else None


def _date(item: SourceItem, said: Mapping[str, str], field: str) -> date | None:
    value = said.get(field)
    if not value:
        return None
    try:
        return read_date(value)
    except UnclearDateError:
        raise DocumentError(
            "wrong-format", f"{item.document_id}: {field} is {value!r}; write it as 2026-03-01"
        ) from None
