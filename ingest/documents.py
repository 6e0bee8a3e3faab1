"""The nouns of ingestion: what a document, a section, a unit and a chunk are.

Spans are half-open character offsets into the *parsed text* of one version, so
that a citation can highlight the very words whatever the original format was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

DocumentKind = Literal["policy", "article", "ticket"]
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
SectionKind = Literal["prose", "list", "table"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something operations should see about one item of a run."""

    item: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest thing that can be quoted: a sentence, a list item or a table row.

    ``text`` is what is embedded and quoted. For a table row it repeats the
    column headers (``Country: Switzerland; Fee: CHF 12``), so it may differ
    from the words at ``start:end``, which are the row as it stands in the text.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the parsed text under one heading path, of one kind."""

    kind: SectionKind
    heading: tuple[str, ...]
    page: int | None
    start: int
    end: int
    units: tuple[Unit, ...]
    header: str = ""  # a table's header row, repeated in front of every chunk of that table


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """What parsing yields: one text, its sections in order, and what the file said of itself."""

    text: str
    title: str
    sections: tuple[Section, ...]
    metadata: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is retrieved and cited: neighbouring units of one section, within a token budget."""

    ordinal: int
    start: int
    end: int
    heading: tuple[str, ...]
    page: int | None
    language: str
    units: tuple[Unit, ...]
    header: str = ""


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One item as a source lists it, before it is parsed.

    ``uri`` names the item inside its source and is stable between runs;
    ``document_id`` groups the items that are versions of one document.
    """

    uri: str
    document_id: str
    content_hash: str
    kind: DocumentKind = "policy"
    title: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    audience: str = "all"
    customer_id: str | None = None
    language: str | None = None  # ISO 639-1, where the source knows it
    author: str = ""
    enforced: tuple[str, ...] = ()  # names of the fields above that the document itself may not change


@dataclass(frozen=True, slots=True)
class Content:
    """One item as its source holds it, to be parsed by what its name ends in.

    ``name`` is the file's name, for the parser and for messages; ``language`` is
    the one to expect in a scan, which has no words yet to tell it by.
    """

    name: str
    data: bytes
    language: str | None = None
