"""Cells of a worksheet that no reader sees: in hidden rows or columns, or white on white."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.parsing.cell_format import shown
from ingest.parsing.cleaning import clean, one_line

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_WHITE = ("FFFFFFFF", "00FFFFFF")
_WHITE_THEME = 0  # the first colour of a theme is its background
_SMALLEST = 2.0  # points
_HIDING_FORMAT = ";;;"


def remove_hidden_cells(sheet: Worksheet) -> list[str]:
    """Take the cells out of the sheet; their texts as they would be shown."""
    hidden_rows = {at for at, row in sheet.row_dimensions.items() if row.hidden}
    hidden_columns = {
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for column in range(dimension.min or dimension.index_number(), (dimension.max or 0) + 1)
    }
    texts: list[str] = []
    for (row, column), cell in list(sheet._cells.items()):
        if row in hidden_rows or column in hidden_columns or _is_unseen(cell):
            if text := one_line(clean(shown(cell))):
                texts.append(text)
            del sheet._cells[row, column]
    return texts


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
