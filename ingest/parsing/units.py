"""Paragraphs and table rows to units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.documents import Unit
from ingest.parsing.blocks import Table
from ingest.parsing.cleaning import clean, one_line
from ingest.parsing.tables import Rows, column_names, is_group_row, make_table
from ingest.sentences import split_sentences

LONG = 400  # characters; a longer sentence is cut at clause marks
_CLAUSE_END = re.compile(r"[;:,–—](?=\s)|[、，；：،؛]")


def prose_units(text: str, start: int, end: int) -> Iterator[Unit]:
    """The sentences of ``text[start:end]``, those above :data:`LONG` characters cut at clause marks."""
    paragraph = text[start:end]
    for first, last in split_sentences(paragraph):
        for a, b in _clauses(paragraph, first, last):
            yield Unit(start + a, start + b, one_line(paragraph[a:b]))


def line_units(text: str, start: int, end: int) -> Iterator[Unit]:
    """Each line of preformatted text that is not blank."""
    for match in re.finditer(r"\S[^\n]*", text[start:end]):
        line = match[0].rstrip()
        yield Unit(start + match.start(), start + match.start() + len(line), one_line(line))


def row_line(cells: tuple[str, ...] | list[str]) -> str:
    """A table row as it stands in the parsed text."""
    return "| " + " | ".join(cell.replace("|", "¦") for cell in cells) + " |"


def row_texts(table: Table) -> Iterator[str]:
    """What each body row says on its own: ``Country: Switzerland; Fee: CHF 12``.

    A row merged over all columns names the group of the rows below it.
    """
    names = column_names(table) if table.header_rows else []
    group = table.group
    for row in table.rows[table.header_rows :]:
        if is_group_row(row):
            group = row[0]
            yield group
            continue
        cells = _named(names, row) if names else _unnamed(row)
        yield f"{group}; {cells}" if group else cells


def inner_text(rows: Rows, headers: int = 0) -> str:
    """A table inside a cell, as the text of that cell."""
    table = make_table([[one_line(clean(cell)) for cell in row] for row in rows], headers)
    return "; ".join(row_texts(table)) if table is not None else ""


def _named(names: list[str], row: tuple[str, ...]) -> str:
    # A cell merged over columns is said once, under their common names.
    parts: list[str] = []
    for name, cell in zip(names, row, strict=True):
        if cell:
            part = f"{name}: {cell}" if name else cell
            if part not in parts:
                parts.append(part)
    return "; ".join(parts)


def _unnamed(row: tuple[str, ...]) -> str:
    filled = [cell for cell in row if cell]
    return f"{filled[0].rstrip(':：')}: {filled[1]}" if len(filled) == 2 else "; ".join(filled)


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONG:
        marks = [match.end() for match in _CLAUSE_END.finditer(text, start + LONG // 4, start + LONG)]
        if not marks:
            later = _CLAUSE_END.search(text, start + LONG, end)
            if later is None or later.end() >= end:
                break
            marks = [later.end()]
        yield start, marks[-1]
        start = marks[-1]
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end
