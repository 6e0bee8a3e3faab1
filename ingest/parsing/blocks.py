"""What every format is reduced to before the one text is put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.documents import Finding


@dataclass(frozen=True, slots=True)
class Heading:
    level: int  # 0 for a document title, 1 to 6 as h1 to h6
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    page: int | None = None
    preformatted: bool = False  # each line is a unit of its own


@dataclass(frozen=True, slots=True)
class ListItem:
    text: str
    depth: int = 0
    marker: str = "-"
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal width, merged cells repeated; the first ``header_rows`` rows name the columns."""

    rows: tuple[tuple[str, ...], ...]
    header_rows: int
    caption: str = ""
    page: int | None = None
    group: str = ""  # a row merged over all columns before the first of these, on the page before


Block = Heading | Paragraph | ListItem | Table


@dataclass(slots=True)
class Extract:
    """What one format's reader found; ``title`` is what the file itself calls its title."""

    blocks: list[Block]
    title: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
