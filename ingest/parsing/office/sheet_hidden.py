"""Cells of a worksheet that no reader sees: in hidden rows or columns, or white on white."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.parsing.cleaning import clean, one_line
from ingest.parsing.office.cell_format import shown

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MAX_COLUMNS = 16_384  # of a sheet
_WHITE = ("FFFFFFFF", "00FFFFFF")
_WHITE_THEME = 0  # the first colour of a theme is its background
_SMALLEST = 2.0  # points
_HIDING_FORMAT = ";;;"


def remove_hidden_cells(sheet: Worksheet) -> list[str]:
    """Take the cells out of the sheet; their texts as they would be shown."""
    rows, columns = hidden_rows(sheet), hidden_columns(sheet)
    texts: list[str] = []
    for (row, column), cell in list(sheet._cells.items()):
        if row in rows or column in columns or _is_unseen(cell):
            if text := one_line(clean(shown(cell))):
                texts.append(text)
            del sheet._cells[row, column]
    return texts


def hidden_rows(sheet: Worksheet) -> set[int]:
    """Their numbers, from 1."""
    return {at for at, row in sheet.row_dimensions.items() if row.hidden}


def hidden_columns(sheet: Worksheet) -> set[int]:
    """Their numbers, from 1."""
    from openpyxl.utils import column_index_from_string

    found: set[int] = set()
    for letters, column in sheet.column_dimensions.items():
        if column.hidden:
            first = column.min or column_index_from_string(letters)
            found.update(range(first, min(column.max or first, MAX_COLUMNS) + 1))
    return found


def _is_unseen(cell: Cell) -> bool:
    if cell.value is None or not cell.has_style:
        return False
    font, fill = cell.font, cell.fill
    if cell.number_format == _HIDING_FORMAT or (font.sz is not None and float(font.sz) < _SMALLEST):
        return True
    colour = font.color
    if colour is None or fill.fill_type is not None:
        return False
    if colour.type == "rgb":
        return colour.rgb in _WHITE
    return bool(colour.type == "theme" and colour.theme == _WHITE_THEME and not colour.tint)
