"""Excel workbooks and delimited text, through ``partition_xlsx`` where a sheet holds more than one table.

It finds the tables of a sheet and the title rows around them. What it must not
see is the original cells: pandas would turn ``N/A`` into nothing, ``007`` into 7
and 30 into 30.0, and number formats (5 %, CHF 12.50, dates) would be lost. So it
gets a workbook of guarded strings, as a reader sees them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.blocks import Block, Extract, Heading, Paragraph, Table
from ingest.parsing.cleaning import CELL_GUARD, clean, one_line, without_private_use
from ingest.parsing.containers import check_zip
from ingest.parsing.hidden import character_findings, hidden_text
from ingest.parsing.office.cell_format import shown
from ingest.parsing.office.one_table import one_table
from ingest.parsing.office.properties import office_properties
from ingest.parsing.office.sheet_grid import Grid, check_sheets, check_table, sheet_grid
from ingest.parsing.office.sheet_hidden import remove_hidden_cells
from ingest.parsing.partitioners import elements
from ingest.parsing.processes.deadline import extend
from ingest.parsing.properties import read_properties
from ingest.parsing.reading import decode
from ingest.parsing.tables import make_table

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

_CELLS_A_SECOND = 4000  # on a machine that embeds at the same time
_SHEET_LEVEL, _CAPTION_LEVEL = 2, 3
_LONGEST_TITLE = 120  # characters
_DELIMITERS = ",;\t|"
_EMPTY_FORMULA = re.compile(rb"<f[^>]*>[^<]*</f>(?:<v\s*/>|<v></v>)?</c>")


def extract_workbook(path: Path, data: bytes) -> Extract:
    """The visible sheets of a workbook, each under a heading with its name."""
    from openpyxl import load_workbook

    findings = check_zip(path, data, "xl/workbook.xml")
    check_sheets(path, data)
    try:
        workbook = load_workbook(io.BytesIO(data), data_only=True)
    except (KeyError, ValueError, TypeError, OSError, AttributeError) as error:
        raise DocumentError("unreadable", f"{path.name}: damaged ({error}); open it and save it again") from error
    findings += _unevaluated(path.name, data)
    cells = (cell.value for sheet in workbook.worksheets for cell in sheet._cells.values())
    findings += character_findings(path.name, "\n".join(value for value in cells if isinstance(value, str)))
    grids: list[tuple[str, Grid]] = []
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            texts = [one_line(shown(cell)) for cell in sheet._cells.values() if cell.value is not None]
            if texts:
                findings.append(hidden_text(path.name, texts, f"on the hidden sheet “{sheet.title}”"))
            continue
        if unseen := remove_hidden_cells(sheet):
            findings.append(hidden_text(path.name, unseen, f"in hidden or white cells of the sheet “{sheet.title}”"))
        grids.append((sheet.title, sheet_grid(sheet, path.name)))
    properties = workbook.properties
    named = len(grids) > 1 or not re.fullmatch(r"\w+ ?1|\w{0,2}シート1", grids[0][0] if grids else "Sheet1")
    blocks = list(_blocks(grids, named))
    first = next((block.text for block in blocks if isinstance(block, Heading) and block.level == _CAPTION_LEVEL), "")
    said, unclear = read_properties(office_properties(data), path.name)
    return Extract(blocks, first or one_line(properties.title or ""), said, findings + unclear)


def extract_delimited(path: Path, data: bytes) -> Extract:
    """The rows of a CSV or TSV file; the delimiter is found from the text."""
    text, findings = decode(path, data)
    findings += character_findings(path.name, text)
    text = clean(without_private_use(text))
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text)
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DocumentError("unreadable", f"{path.name}: {error}; check its quotation marks") from error
    grid = [[one_line(cell) for cell in row] for row in rows]
    check_table(path.name, grid)
    if grid and grid[0] and grid[0][0].lower().startswith("sep=") and len(grid[0][0]) <= 5:
        grid = grid[1:]
    return Extract(list(_blocks([("", grid)], named=False)), findings=findings)


def _delimiter(text: str) -> str:
    """The delimiter that gives most rows the same number of fields, more than one."""
    sample = [line for line in text[:20_000].split("\n") if line.strip()][:50]
    if sample and (declared := re.fullmatch(r"sep=(.)", sample[0].strip(), re.IGNORECASE)):
        return declared[1]
    best, score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter)]
        common = max(set(widths), key=widths.count, default=1)
        share = widths.count(common) / max(len(widths), 1)
        if common > 1 and share * (1 + common / 100) > score:
            best, score = delimiter, share * (1 + common / 100)
    return best


def _blocks(grids: list[tuple[str, Grid]], named: bool) -> Iterator[Block]:
    filled = [(name, grid) for name, grid in grids if any(any(row) for row in grid)]
    if not filled:
        return
    extend(sum(len(grid) * len(grid[0]) for _, grid in filled) / _CELLS_A_SECOND, "cells")
    plain = [one_table(grid) for _, grid in filled]
    others = [grid for (_, grid), seen in zip(filled, plain, strict=True) if not seen]
    found = elements("xlsx", "partition_xlsx", file=_guarded(others), infer_table_structure=True) if others else []
    pages = count(1)
    for (name, _), seen in zip(filled, plain, strict=True):
        if named:
            yield Heading(_SHEET_LEVEL, one_line(clean(name)))
        if seen:
            yield from _sheet_blocks([*seen.above, make_table(seen.rows, 0), *seen.below])
        else:
            page = next(pages)
            yield from _sheet_blocks([_part(element) for element in found if element.metadata.page_number == page])


def _guarded(grids: list[Grid]) -> io.BytesIO:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    for number, grid in enumerate(grids, start=1):
        sheet = workbook.create_sheet(str(number))
        for row in grid:
            sheet.append([CELL_GUARD + cell if cell else None for cell in row])
    buffer = io.BytesIO()
    workbook.save(buffer)
    buffer.seek(0)
    return buffer


def _sheet_blocks(parts: Iterable[str | Table | None]) -> Iterator[Block]:
    """The first title row above a table is its heading; other single cells are paragraphs."""
    titles: list[str] = []
    for part in parts:
        if isinstance(part, str):
            titles.append(part)
        elif part is not None:
            yield from _captions([*titles, *filter(None, part.caption.split("\n"))])
            titles = []
            yield Table(part.rows, part.header_rows)
    yield from (Paragraph(text) for text in titles)


def _captions(lines: list[str]) -> Iterator[Block]:
    for position, line in enumerate(lines):
        if position == 0 and len(line) <= _LONGEST_TITLE and not line.endswith((".", "。", "!", "?", ":", "؟", "।")):
            yield Heading(_CAPTION_LEVEL, line)
        else:
            yield Paragraph(line)


def _part(element: Element) -> str | Table | None:
    from lxml.html import fragment_fromstring

    if element.category != "Table":
        return str(element.text).replace(CELL_GUARD, "")
    rows = [
        [one_line((cell.text_content() or "").replace(CELL_GUARD, "")) for cell in row]
        for row in fragment_fromstring(element.metadata.text_as_html or "").iter("tr")
    ]
    return make_table(rows, 0)


def _unevaluated(name: str, data: bytes) -> list[Finding]:
    """Formulas saved without a value, as programs that never calculate write them."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [info for info in archive.infolist() if info.filename.startswith("xl/worksheets/sheet")]
        missing = sum(len(_EMPTY_FORMULA.findall(archive.read(info))) for info in sheets)
    if not missing:
        return []
    message = f"{missing} formulas have no saved value and were left out; open the file in a spreadsheet and save it"
    return [Finding(name, "formula-without-value", message)]
