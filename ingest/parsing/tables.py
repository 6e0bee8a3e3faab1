"""Tables: from HTML or bare rows to rows of equal width, with their header found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.parsing.blocks import Table
from ingest.parsing.cleaning import LINE_BREAK, clean, one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_SPAN = 200
_DIGITS = re.compile(r"\d")
_NUMERIC = re.compile(r"[\s\d.,:;/%+\-–—()€$£¥₹°]*\d[\s\d.,:;/%+\-–—()€$£¥₹°]*(?:[A-Za-z]{1,3})?")

Rows = list[list[str]]


def table_from_html(html: str, page: int | None = None) -> Table | None:
    """The table of ``unstructured``'s ``text_as_html``; None when it has no text."""
    from lxml.html import fragment_fromstring

    root = fragment_fromstring(html)
    caption = " ".join(one_line(clean(node.text_content())) for node in root.iter("caption"))
    rows, headers = expand_spans(root)
    return make_table(
        [[one_line(clean(cell.replace(LINE_BREAK, " "))) for cell in row] for row in rows], headers, caption, page
    )


def expand_spans(table: HtmlElement) -> tuple[Rows, int]:
    """Cell texts with merged cells repeated, and how many leading rows are made of ``th`` (or in ``thead``)."""
    grid: list[dict[int, str]] = []
    headers, in_header = 0, True
    waiting: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, text
    for tr in table.iter("tr"):
        row: dict[int, str] = {}
        column = 0
        cells = [cell for cell in tr if cell.tag in ("td", "th")]
        for cell in cells:
            column = _fill(row, waiting, column)
            text = " ".join(part for part in cell.itertext())
            for _ in range(_span(cell, "colspan")):
                row[column] = text
                if (rows := _span(cell, "rowspan")) > 1:
                    waiting[column] = (rows, text)
                column += 1
        _fill(row, waiting, column, rest=True)
        waiting = {at: (left - 1, text) for at, (left, text) in waiting.items() if left > 1}
        parent = tr.getparent()
        marked = bool(cells) and (
            all(cell.tag == "th" for cell in cells) or (parent is not None and parent.tag == "thead")
        )
        in_header = in_header and marked
        headers += in_header
        grid.append(row)
    width = max((max(row) + 1 for row in grid if row), default=0)
    return [[row.get(at, "") for at in range(width)] for row in grid], headers


def make_table(rows: Rows, headers: int, caption: str = "", page: int | None = None) -> Table | None:
    """A table of cleaned rows; title rows become the caption, the header is guessed when ``headers`` is 0."""
    rows = [row for row in rows if any(row)]
    if not rows:
        return None
    rows = _without_empty_columns(rows)
    while len(rows) > 1 and len(rows[0]) > 1 and _is_title_row(rows[0]):
        caption = f"{caption}\n{_only(rows[0])}".strip()
        rows, headers = rows[1:], max(headers - 1, 0)
    if headers >= len(rows):
        headers = 1 if len(rows) > 1 else 0
    return Table(tuple(tuple(row) for row in rows), headers or _guess_header(rows), caption, page)


def column_names(table: Table) -> list[str]:
    """One name a column; the lines of a header of several rows joined."""
    names = []
    for column in zip(*table.rows[: table.header_rows], strict=True):
        names.append(" / ".join(dict.fromkeys(cell for cell in column if cell)))
    return names


def _fill(row: dict[int, str], waiting: dict[int, tuple[int, str]], column: int, *, rest: bool = False) -> int:
    while column in waiting or (rest and any(at > column for at in waiting)):
        if column in waiting and column not in row and waiting[column][0] > 0:
            row[column] = waiting[column][1]
        column += 1
    return column


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(int(value), _MAX_SPAN) if value.isascii() and value.isdigit() and int(value) > 0 else 1


def _without_empty_columns(rows: Rows) -> Rows:
    width = max(len(row) for row in rows)
    rows = [row + [""] * (width - len(row)) for row in rows]
    kept = [at for at in range(width) if any(row[at] for row in rows)]
    return [[row[at] for at in kept] for row in rows]


def _is_title_row(row: Sequence[str]) -> bool:
    """One text alone, or one text merged over all columns."""
    filled = [cell for cell in row if cell]
    return len(filled) == 1 or (len(filled) == len(row) > 1 and len(set(filled)) == 1)


def _only(row: Sequence[str]) -> str:
    return next(cell for cell in row if cell)


def _guess_header(rows: Rows) -> int:
    first = rows[0]
    if len(rows) < 2 or len(first) < 2 or any(_NUMERIC.fullmatch(cell) for cell in first):
        return 0
    if sum(not cell for cell in first) > 1 or (len(first) == 2 and any(map(_DIGITS.search, first))):
        return 0
    merged = any(left and left == right for left, right in pairwise(first))
    second_names = len(rows) > 2 and not any(_NUMERIC.fullmatch(cell) for cell in rows[1])
    return 2 if merged and second_names else 1
