"""Tables as Word and Excel files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
from docx.oxml import OxmlElement
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.ingest.tables.grids import Grid


def write_docx(path: Path, grids: Sequence[Grid], *, repeated: bool = True) -> None:
    """Each table under a heading, merged as in Word.

    :param repeated: whether the header rows are marked to be repeated on every page.
    """
    document = docx.Document()
    document.add_heading("House rules", 0)
    for grid in grids:
        document.add_heading(grid.caption, 1)
        document.add_paragraph("The following applies.")
        table = document.add_table(len(grid.rows), len(grid.rows[0]), style="Table Grid")
        for cell in grid.cells():
            first = table.cell(cell.row, cell.column)
            last = table.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1)
            whole = first.merge(last) if cell.rows > 1 or cell.columns > 1 else first
            whole.text = cell.text
        for row in range(grid.header_rows if repeated else 0):
            table.rows[row]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.save(str(path))


def write_nested_docx(path: Path, outer: Grid, inner: Grid, place: tuple[int, int]) -> None:
    """``inner`` in one cell of ``outer``."""
    document = docx.Document()
    table = document.add_table(len(outer.rows), len(outer.rows[0]), style="Table Grid")
    for cell in outer.cells():
        table.cell(cell.row, cell.column).text = cell.text
    nested = table.cell(*place).add_table(len(inner.rows), len(inner.rows[0]))
    for cell in inner.cells():
        nested.cell(cell.row, cell.column).text = cell.text
    document.save(str(path))


def put(sheet: Worksheet, grid: Grid, row: int = 1, column: int = 1) -> int:
    """Write a table with its top left cell at ``row``, ``column`` (from 1); the row below its last."""
    for cell in grid.cells():
        top, left = row + cell.row, column + cell.column
        sheet.cell(top, left, cell.text)
        if cell.rows > 1 or cell.columns > 1:
            sheet.merge_cells(
                start_row=top, start_column=left, end_row=top + cell.rows - 1, end_column=left + cell.columns - 1
            )
    return row + len(grid.rows)


def write_xlsx(path: Path, grids: Sequence[Grid]) -> None:
    """A sheet for each table: a merged title, a blank row, the table, and a note under it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, grid in enumerate(grids, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        sheet["A1"] = grid.caption
        sheet.merge_cells(f"A1:{get_column_letter(len(grid.rows[0]))}1")
        below = put(sheet, grid, 3)
        sheet.cell(below + 1, 1, "Prices include tax.")
    book.save(path)


def write_crowded_xlsx(path: Path, one: Grid, other: Grid) -> None:
    """Two tables one below the other on one sheet, each with its title."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = one.caption
    below = put(sheet, one, 2)
    sheet.cell(below + 1, 1, other.caption)
    put(sheet, other, below + 2)
    book.save(path)
