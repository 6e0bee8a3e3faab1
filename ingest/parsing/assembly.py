"""Blocks to one text with its sections and units."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.documents import ParsedDocument, Section, SectionKind, Unit
from ingest.errors import DocumentError
from ingest.parsing.blocks import Block, Extract, Heading, ListItem, Paragraph, Table
from ingest.parsing.cleaning import clean, one_line
from ingest.parsing.tables import column_names
from ingest.parsing.units import line_units, prose_units, row_line, row_texts

_SHORT_PARENT = 80  # characters of a parent item that its nested items repeat
_NO_TITLE = re.compile(
    r"(?i)(?:microsoft (?:word|excel|powerpoint) - .*|untitled.*|unbenannt.*|sans titre.*|about:blank|"
    r"(?:word )?document ?\d*|dokument ?\d*|powerpoint.{0,3}(?:presentation|präsentation)|"
    r".*\.(?:docx?|pdf|html?|xlsx?|md|odt|rtf|indd))"
)

_SITE_MARK = re.compile(r"\s+[|–—·»-]\s+")


def assemble(extract: Extract, name: str, stem: str) -> ParsedDocument:
    """The parsed document of one file.

    :param name: the file's name, for messages.
    :param stem: the title of last resort.
    :raises DocumentError: ``empty`` when there is no text under the headings.
    """
    blocks = [block for block in map(_cleaned, extract.blocks) if block is not None]
    title = _title(extract, blocks, stem)
    text = _Text(title)
    text.add_all(blocks)
    sections = tuple(text.sections)
    if not any(section.units for section in sections):
        raise DocumentError("empty", f"{name}: no text was found; check that the file is not empty or only images")
    metadata = {key: value for key, value in extract.metadata.items() if value}
    return ParsedDocument(text.text, title, sections, metadata, tuple(extract.findings))


def _title(extract: Extract, blocks: list[Block], stem: str) -> str:
    heading = next((block.text for block in blocks if isinstance(block, Heading)), "")
    given = one_line(clean(extract.metadata.get("title") or ""))
    if given:
        return given
    named = one_line(clean(extract.title))
    if _NO_TITLE.fullmatch(named):
        named = ""
    # "Returns | ACME Help Centre": the heading is the title, the rest is the site.
    return heading if heading and (not named or heading in _SITE_MARK.split(named)) else named or stem


def _cleaned(block: Block) -> Block | None:
    if isinstance(block, Table):
        return block
    text = clean(block.text)
    if isinstance(block, Heading):
        text = one_line(text)
        return Heading(block.level, text, block.page) if text else None
    if isinstance(block, Paragraph):
        text = text.strip("\n") if block.preformatted else _tidy_lines(text)
        return Paragraph(text, block.page, block.preformatted) if text.strip() else None
    text = one_line(text)
    return ListItem(text, block.depth, block.marker, block.page) if text else None


def _tidy_lines(text: str) -> str:
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)


class _Text:
    """The text under construction; a section is open while blocks of its kind follow one another."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._parts: list[str] = []
        self._length = 0
        self._path: list[tuple[int, str]] = []
        self._first_heading = True
        self._parents: list[tuple[int, str]] = []
        self._open: tuple[SectionKind, int | None] | None = None
        self._start = 0
        self._units: list[Unit] = []
        self.sections: list[Section] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add_all(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if isinstance(block, Heading):
                self._heading(block)
            elif isinstance(block, Paragraph):
                self._paragraph(block)
            elif isinstance(block, ListItem):
                self._item(block)
            else:
                self._table(block)
        self._close()

    def _heading(self, heading: Heading) -> None:
        self._close()
        self._append(heading.text)
        while self._path and self._path[-1][0] >= heading.level:
            self._path.pop()
        if not self._is_title(heading):
            self._path.append((heading.level, heading.text))

    def _is_title(self, heading: Heading) -> bool:
        """The title itself, or an opening heading that says it shorter or longer."""
        first, self._first_heading = self._first_heading, False
        if heading.text == self._title:
            return True
        short, long = sorted((heading.text, self._title), key=len)
        return first and heading.level <= 1 and long.startswith(short)

    def _paragraph(self, paragraph: Paragraph) -> None:
        start = self._begin("prose", paragraph.page)
        at = self._append(paragraph.text)
        self._start = at if start else self._start
        split = line_units if paragraph.preformatted else prose_units
        self._units.extend(
            Unit(at + unit.start, at + unit.end, unit.text) for unit in split(paragraph.text, 0, len(paragraph.text))
        )

    def _item(self, item: ListItem) -> None:
        start = self._begin("list", item.page)
        if start:
            self._parents = []
        prefix = "  " * item.depth + f"{item.marker} "
        at = self._append(prefix + item.text, separator="\n\n" if start else "\n")
        self._start = at if start else self._start
        while self._parents and self._parents[-1][0] >= item.depth:
            self._parents.pop()
        parent = self._parents[-1][1] if self._parents else ""
        self._parents.append((item.depth, item.text))
        text = one_line(item.text)
        if parent and len(parent) <= _SHORT_PARENT:
            text = f"{parent.rstrip(':：.')}: {text}"
        begin = at + len(prefix)
        self._units.append(Unit(begin, begin + len(item.text), text))

    def _table(self, table: Table) -> None:
        if table.caption:
            self._paragraph(Paragraph(table.caption, table.page))
        self._close()
        header = row_line(column_names(table)) if table.header_rows else ""
        self._begin("table", table.page)
        self._start = self._append(header) if header else -1
        for row, text in zip(table.rows[table.header_rows :], row_texts(table), strict=True):
            line = row_line(row)
            at = self._append(line, separator="\n" if self._start >= 0 else "\n\n")
            self._start = at if self._start < 0 else self._start
            self._units.append(Unit(at, at + len(line), text))
        self._close(header)

    def _begin(self, kind: SectionKind, page: int | None) -> bool:
        """Whether a new section begins."""
        if self._open == (kind, page):
            return False
        self._close()
        self._open = (kind, page)
        return True

    def _append(self, text: str, separator: str = "\n\n") -> int:
        if self._parts:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start

    def _close(self, header: str = "") -> None:
        if self._open is None:
            return
        kind, page = self._open
        heading = tuple(text for _, text in self._path)
        self.sections.append(Section(kind, heading, page, self._start, self._length, tuple(self._units), header))
        self._open, self._units = None, []
