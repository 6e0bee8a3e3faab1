"""PDF: pages as ``unstructured`` opens them for its "fast" strategy, laid out here.

``partition_pdf`` joins the lines of a text box with spaces before anybody can
look at them: tables come out as loose words, Arabic from left to right. So its
pages are taken one step earlier, as glyphs and rules.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.blocks import Block, Extract, ListItem, Paragraph, Table
from ingest.parsing.cleaning import clean, is_deceptive, one_line, without_private_use
from ingest.parsing.html import invisible_characters
from ingest.parsing.partitioners import pdf_pages
from ingest.parsing.pdf_bidi import is_right_to_left
from ingest.parsing.pdf_page import Line, Page, read_page
from ingest.parsing.pdf_tables import PlacedTable, aligned_tables, ruled_tables
from ingest.parsing.pdf_text import Typography, join_texts, text_blocks

MAX_PAGES = 3000
_ENDS = frozenset('.!?。！？؟।:;：…"”»」)')
_MARGIN = 0.09  # of the page's height, where running heads and page numbers are
_PAGE_NUMBER = re.compile(r"\W*(?:\w+\s)?\d{1,4}(?:\s*(?:/|of|von|de|di|sur|z|van|\W)\s*\d{1,4})?\W*")


def extract_pdf(path: Path, data: bytes) -> Extract:
    """The blocks of a PDF with their pages; text without a glyph to see is left out and reported.

    :raises DocumentError: ``wrong-format``, ``encrypted``, ``unreadable``, ``too-large``, or ``empty`` for a scan.
    """
    if b"%PDF-" not in data[:1024]:
        raise DocumentError("wrong-format", f"{path.name}: not a PDF file; check what it is and rename it")
    pages, values, title = _read(path, data)
    if not any(page.lines for page in pages) and not values:
        raise DocumentError(
            "empty", f"{path.name}: no text layer, probably a scan; run text recognition (OCR) on it first"
        )
    findings = []
    if hidden := [text for page in pages for text in page.hidden]:
        findings.append(
            Finding(path.name, "hidden-text", f"text no reader sees was left out: “{' … '.join(hidden)[:120]}”")
        )
    if any(is_deceptive(line.text) for page in pages for line in page.lines):
        findings.append(invisible_characters(path.name))
    _remove_running_lines(pages)
    placed = [_tables(page) for page in pages]
    typography = Typography.of([lines for _, lines in placed])
    blocks: list[Block] = []
    open_table: PlacedTable | None = None
    for page, (tables, lines) in zip(pages, placed, strict=True):
        tables = _continued(open_table, tables, lines)
        blocks += _page_blocks(page, tables, lines, typography)
        blocks += [Paragraph(without_private_use(value), page.number) for value in values.get(page.number, [])]
        open_table = _last_on_page(tables, lines)
    return Extract(_joined_over_pages(blocks), title, {}, findings)


def _joined_over_pages(blocks: list[Block]) -> list[Block]:
    """A paragraph that breaks off at the foot of a page and goes on at the head of the next is one."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if (
            isinstance(block, Paragraph)
            and isinstance(last, Paragraph | ListItem)
            and (last.page or 0) + 1 == block.page
            and last.text[-1:] not in _ENDS
            and not block.text[:1].isupper()
        ):
            out[-1] = replace(last, text=join_texts(last.text, block.text))
        else:
            out.append(block)
    return out


def _read(path: Path, data: bytes) -> tuple[list[Page], dict[int, list[str]], str]:
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    pages: list[Page] = []
    values: dict[int, list[str]] = {}
    try:
        for number, (layout, fields) in enumerate(pdf_pages(io.BytesIO(data)), start=1):
            if number > MAX_PAGES:
                raise DocumentError("too-large", f"{path.name}: more than {MAX_PAGES} pages; split the file")
            pages.append(read_page(layout, number))
            if fields:
                values[number] = fields
        title = _title(data)
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise DocumentError("encrypted", f"{path.name}: protected by a password; save a copy without one") from error
    except (PDFException, PSException, ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise DocumentError("unreadable", f"{path.name}: damaged PDF ({error}); print it to PDF again") from error
    return pages, values, title


def _title(data: bytes) -> str:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    for info in PDFDocument(PDFParser(io.BytesIO(data))).info:
        raw = resolve1(info.get("Title"))
        if isinstance(raw, bytes) and raw:
            return one_line(clean(decode_text(raw)))
    return ""


def _tables(page: Page) -> tuple[list[PlacedTable], list[Line]]:
    ruled, lines = ruled_tables(page)
    columns = _column_cut(lines, page.width)
    if columns is not None:
        return ruled, lines
    aligned, lines = aligned_tables(lines, page.number)
    return ruled + aligned, lines


def _remove_running_lines(pages: list[Page]) -> None:
    """Page numbers, and heads and feet that several pages share."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_mask(line) for line in page.lines if _in_margin(line, page)})
    for page in pages:
        page.lines = [
            line
            for line in page.lines
            if not _in_margin(line, page)
            or not (
                seen[_mask(line)] > max(1, len(pages) // 2) or (len(pages) > 1 and _PAGE_NUMBER.fullmatch(line.text))
            )
        ]


def _in_margin(line: Line, page: Page) -> bool:
    return line.middle > (1 - _MARGIN) * page.height or line.middle < _MARGIN * page.height


def _mask(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _continued(open_table: PlacedTable | None, tables: list[PlacedTable], lines: list[Line]) -> list[PlacedTable]:
    """A table that goes on at the top of this page gets the header it began with."""
    if open_table is None or not tables:
        return tables
    first = max(tables, key=lambda placed: placed.box.y1)
    above = any(line.middle > first.box.y1 for line in lines)
    before, after = open_table.table, first.table
    same = len(before.rows[0]) == len(after.rows[0]) and all(
        abs(x - y) < 6 for x, y in zip(open_table.columns, first.columns, strict=False)
    )
    if (
        above
        or not same
        or not before.header_rows
        or after.rows[: before.header_rows] == before.rows[: before.header_rows]
    ):
        return tables
    rows = before.rows[: before.header_rows] + after.rows
    joined = PlacedTable(Table(rows, before.header_rows, after.caption, after.page), first.box, first.columns)
    return [joined if placed is first else placed for placed in tables]


def _last_on_page(tables: list[PlacedTable], lines: list[Line]) -> PlacedTable | None:
    last = min(tables, key=lambda placed: placed.box.y0, default=None)
    return last if last is not None and not any(line.middle < last.box.y0 for line in lines) else None


def _page_blocks(page: Page, tables: list[PlacedTable], lines: list[Line], typography: Typography) -> Iterator[Block]:
    """The page from top to bottom, its tables where they stand."""
    rest = lines
    for placed in sorted(tables, key=lambda placed: -placed.box.y1):
        above = [line for line in rest if line.middle > placed.box.y1]
        rest = [line for line in rest if line.middle <= placed.box.y1]
        yield from _flow(above, page, typography)
        yield _without_private(placed.table)
    yield from _flow(rest, page, typography)


def _without_private(table: Table) -> Table:
    rows = tuple(tuple(without_private_use(cell) for cell in row) for row in table.rows)
    return Table(rows, table.header_rows, table.caption, table.page)


def _flow(lines: list[Line], page: Page, typography: Typography) -> Iterator[Block]:
    cut = _column_cut(lines, page.width)
    if cut is None:
        yield from text_blocks(_rows_joined(lines), typography, page.number)
        return
    band: list[Line] = []
    for line in [*sorted(lines, key=lambda line: -line.middle), None]:
        if line is not None and not line.x0 < cut < line.x1:
            band.append(line)
            continue
        sides = [[side for side in band if side.x1 <= cut], [side for side in band if side.x0 >= cut]]
        if is_right_to_left(" ".join(side.text for side in band)):
            sides.reverse()
        for side_lines in sides:
            yield from text_blocks(side_lines, typography, page.number)
        band = []
        if line is not None:
            yield from text_blocks([line], typography, page.number)


def _rows_joined(lines: list[Line]) -> list[Line]:
    """Pieces of one visual line, which the file keeps apart, as one line."""
    out: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.middle):
        last = out[-1] if out else None
        if last is not None and abs(last.middle - line.middle) < 0.35 * max(last.size, line.size):
            glyphs = [*last.glyphs, *line.glyphs] if last.x0 <= line.x0 else [*line.glyphs, *last.glyphs]
            out[-1] = Line(
                glyphs, min(last.y0, line.y0), max(last.y1, line.y1), last.bullet or line.bullet, line.from_right
            )
        else:
            out.append(line)
    return out


def _column_cut(lines: list[Line], width: float) -> float | None:
    """The x of the gutter between two columns of prose."""
    if len(lines) < 12:
        return None
    for share in (0.5, 0.48, 0.52, 0.45, 0.55, 0.4, 0.6):
        cut = share * width
        left = [line for line in lines if line.x1 <= cut]
        right = [line for line in lines if line.x0 >= cut]
        if min(len(left), len(right)) < 5 or len(left) + len(right) < 0.7 * len(lines):
            continue
        widths = [line.x1 - line.x0 for line in (*left, *right)]
        if sum(widths) / len(widths) > 0.22 * width:
            return cut
    return None
