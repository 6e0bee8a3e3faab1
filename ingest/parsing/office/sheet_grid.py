"""The cells of a worksheet as rows of text, without the emptiness around and between them.

One forgotten format in the last cell makes a sheet of 17 thousand million cells; what is walked here is the cells
that exist, never the rectangle around them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import DocumentError
from ingest.parsing.cleaning import clean, one_line, without_private_use
from ingest.parsing.office.cell_format import shown
from ingest.parsing.office.sheet_hidden import hidden_columns, hidden_rows

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Grid = list[list[str]]

MAX_CELLS = 500_000
MAX_COLUMNS = 16_384  # of a spreadsheet
_WIDEST_GAP = 3  # empty rows or columns kept between filled ones: enough to see two tables
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")


def check_sheets(path: Path, data: bytes) -> None:
    """Whether the workbook's cells, and those of its merged ranges, are few enough to be loaded.

    :raises DocumentError: ``too-large``.
    """
    cells = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                sheet = archive.read(info)
                cells += sum(1 for _ in _CELL.finditer(sheet))
                cells += sum(_area(match) for match in _MERGED.finditer(sheet))
    if cells > MAX_CELLS:
        raise too_many_cells(path.name, cells)


def check_table(name: str, rows: Grid) -> None:
    """Whether rows of any lengths are few enough once they are made of one length.

    :raises DocumentError: ``too-large``.
    """
    widest = max(map(len, rows), default=0)
    if widest > MAX_COLUMNS:
        what = f"{widest:,} columns, the limit is {MAX_COLUMNS:,}; check its line ends and delimiter, or split it"
        raise DocumentError("too-large", f"{name}: {what}")
    if widest * len(rows) > MAX_CELLS:
        raise too_many_cells(name, widest * len(rows))


def too_many_cells(name: str, cells: int) -> DocumentError:
    return DocumentError("too-large", f"{name}: {cells:,} cells, the limit is {MAX_CELLS:,}; split it")


def sheet_grid(sheet: Worksheet, name: str) -> Grid:
    """The sheet's cells as shown, merged ones repeated, long gaps shortened.

    :param name: the file's name, for messages.
    :raises DocumentError: ``too-large``.
    """
    texts = {at: one_line(clean(without_private_use(shown(cell)))) for at, cell in sheet._cells.items()}
    texts = {at: text for at, text in texts.items() if text}
    merged = [area for area in sheet.merged_cells.ranges if (area.min_row, area.min_col) in texts]
    rows = _kept({row for row, _ in texts}, ((area.min_row, area.max_row) for area in merged), hidden_rows(sheet))
    columns = _kept(
        {column for _, column in texts}, ((area.min_col, area.max_col) for area in merged), hidden_columns(sheet)
    )
    if len(rows) * len(columns) > MAX_CELLS:
        raise too_many_cells(f"{name}, sheet “{sheet.title}”", len(rows) * len(columns))
    grid = [[""] * len(columns) for _ in rows]
    for (row, column), text in texts.items():
        grid[rows[row]][columns[column]] = text
    filled = [sum(map(bool, row)) for row in grid]
    for area in merged:
        top, left = rows[area.min_row], columns[area.min_col]
        # A merged title over the whole table stays one cell, so that it is seen as a title; inside a
        # table such a row names a group of rows.
        if area.min_row == area.max_row and filled[top] == 1 and (top == 0 or filled[top - 1] < 2):
            continue
        for row in range(top, rows[area.max_row] + 1):
            for column in range(left, columns[area.max_col] + 1):
                grid[row][column] = grid[top][left]
    return grid


def _kept(filled: set[int], spans: Iterable[tuple[int, int]], hidden: set[int]) -> dict[int, int]:
    """Rows or columns that stay, and where: the filled ones, those merged with them, and short gaps.

    A hidden one that is not filled is no gap.
    """
    for first, last in spans:
        filled.update(range(first, last + 1))
    kept: dict[int, int] = {}
    before = 0
    for at in sorted(filled):
        for gap in range(max(before + 1, at - _WIDEST_GAP), at):
            if gap not in hidden:
                kept[gap] = len(kept)
        kept[at] = len(kept)
        before = at
    return kept


def _area(match: re.Match[bytes]) -> int:
    left, top, right, bottom = match.groups()
    return max(_column(right) - _column(left) + 1, 0) * max(int(bottom) - int(top) + 1, 0)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
