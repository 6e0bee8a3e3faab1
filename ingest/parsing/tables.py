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
_MOST_HEADER_ROWS = 4
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
        in_header = in_header and _is_header_row(tr, cells, headers)
        headers += in_header
        grid.append(row)
    width = max((max(row) + 1 for row in grid if row), default=0)
    return [[row.get(at, "") for at in range(width)] for row in grid], headers


def _is_header_row(tr: HtmlElement, cells: list[HtmlElement], headers: int) -> bool:
    """Whether a row that follows ``headers`` header rows is one too.

    A ``th`` alone over all columns, below the header, names a group of rows.
    """
    parent = tr.getparent()
    if not cells or (parent is not None and parent.tag == "thead"):
        return bool(cells)
    group = headers > 0 and len(cells) == 1
    return not group and all(cell.tag == "th" for cell in cells)


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
    if not headers:
        rows = _names_spread(rows)
        headers = _guess_header(rows)
    return Table(tuple(map(tuple, _filled_down(rows, headers))), headers, caption, page)


def column_names(table: Table) -> list[str]:
    """One name a column; the lines of a header of several rows joined."""
    names = []
    for column in zip(*table.rows[: table.header_rows], strict=True):
        names.append(" / ".join(dict.fromkeys(cell for cell in column if cell)))
    return names


def is_group_row(row: Sequence[str]) -> bool:
    """Whether a row, merged over all columns, names the rows below it."""
    return len(row) > 2 and bool(row[0]) and len(set(row)) == 1


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
    """How many leading rows name the columns; below a merged name stand the names of its parts."""
    first = rows[0]
    if len(rows) < 2 or len(first) < 2 or not _are_names(first):
        return 0
    if sum(not cell for cell in first) > 1 or (len(first) == 2 and any(map(_DIGITS.search, first))):
        return 0
    count = 1
    while count < min(len(rows) - 1, _MOST_HEADER_ROWS) and _names_parts(rows[count - 1], rows[count]):
        count += 1
    return count


def _names_parts(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether the row names the parts of a merged name, or adds to the names above (units, for example)."""
    merged = any(left and left == right for left, right in pairwise(above))
    return _are_names(row) and (merged or (not row[0] and bool(above[0]) and all(row[1:])))


def _are_names(row: Sequence[str]) -> bool:
    """No figures, unless all but the first cell are years or a run of small numbers (months, sizes)."""
    if not any(_NUMERIC.fullmatch(cell) for cell in row):
        return True
    own = list(dict.fromkeys(row[1:]))
    if len(own) < 2 or not all(cell.isdecimal() and len(cell) <= 4 for cell in own) or _NUMERIC.fullmatch(row[0]):
        return False
    numbers = [int(cell) for cell in own]
    return all(later - earlier == numbers[1] - numbers[0] for earlier, later in pairwise(numbers))


def _names_spread(rows: Rows) -> Rows:
    """Names that stand over the first of their columns alone, where nothing says what is merged, over all of them.

    The rows below the first have no name for the first column, whose own stands above; a blank that is
    part of a merged name has names below it.
    """
    depth = 1
    while depth < min(len(rows) - 1, _MOST_HEADER_ROWS) and not rows[depth][0] and _are_names(rows[depth]):
        depth += 1
    if depth == 1 or not rows[0][0] or not _are_names(rows[0]) or not all(map(any, zip(*rows[:depth], strict=True))):
        return rows
    head = [list(row) for row in rows[:depth]]
    for at, row in enumerate(head[:-1]):
        for column in range(2, len(row)):
            part = any(below[column] for below in head[at + 1 :])
            same = at == 0 or head[at - 1][column] == head[at - 1][column - 1]
            if not row[column] and part and same and any(below[column - 1] for below in head[at + 1 :]):
                row[column] = row[column - 1]
    return [*head, *rows[depth:]]


def _filled_down(rows: Rows, headers: int) -> Rows:
    """A name of several rows that stands beside the first of them alone, beside all of them."""
    out = rows[: headers + 1]
    for row in rows[headers + 1 :]:
        whole = len(row) > 2 and not row[0] and all(row[1:])
        out.append([out[-1][0], *row[1:]] if whole else row)
    return out
