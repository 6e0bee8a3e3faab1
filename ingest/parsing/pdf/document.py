"""PDF: pages as ``unstructured`` opens them for its "fast" strategy, laid out here.

``partition_pdf`` joins the lines of a text box with spaces before anybody can
look at them: tables come out as loose words, Arabic from left to right. So its
pages are taken one step earlier, as glyphs and rules.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.errors import DocumentError
from ingest.parsing.blocks import Block, Extract, ListItem, Paragraph, Table
from ingest.parsing.cleaning import clean, one_line, without_private_use
from ingest.parsing.hidden import character_findings, hidden_text
from ingest.parsing.partitioners import pdf_pages
from ingest.parsing.pdf.aligned import aligned_tables
from ingest.parsing.pdf.bidi import is_right_to_left
from ingest.parsing.pdf.page import Glyph, Line, Page, read_page
from ingest.parsing.pdf.properties import pdf_properties
from ingest.parsing.pdf.running import remove_running_lines
from ingest.parsing.pdf.scans import Picture, picture_of, read_scans
from ingest.parsing.pdf.size import MAX_PAGES, check_pages, too_long
from ingest.parsing.pdf.tables import PlacedTable, ruled_tables
from ingest.parsing.pdf.text import Typography, join_texts, text_blocks
from ingest.parsing.processes.deadline import extend
from ingest.parsing.properties import read_properties
from ingest.parsing.sniffing import wrong_format
from ingest.parsing.tables import is_group_row

_DAMAGE = (ValueError, TypeError, AttributeError, AssertionError, EOFError, struct.error, zlib.error)
_ENDS = frozenset('.!?。！？؟।:;：…"”»」)')
_SECONDS_A_PAGE = 0.1  # granted for each page that was read, so that a book gets more time than a leaflet


def extract_pdf(path: Path, data: bytes, language: str | None = None) -> Extract:
    """The blocks of a PDF with their pages, scanned ones read by text recognition.

    Text without a glyph to see is left out and reported.

    :param language: the one to expect in scanned pages (ISO 639-1), where somebody knows it.
    :raises DocumentError: ``wrong-format``, ``encrypted``, ``unreadable``, ``too-large``, ``empty``,
        or ``ocr-missing`` for a scan where text recognition is not installed.
    """
    if b"%PDF-" not in data[:1024]:
        raise wrong_format(path, data)
    pages, pictures, values, title, properties = _read(path, data)
    findings = read_scans(path, data, pages, pictures, language) if pictures else []
    if not any(page.lines for page in pages) and not values:
        reasons = "; ".join(finding.message for finding in findings) or "its pages are blank or without words"
        raise DocumentError("empty", f"{path.name}: no text was found: {reasons}; check the file")
    if hidden := [(page.number, text) for page in pages for text in page.hidden]:
        numbers = list(dict.fromkeys(str(number) for number, _ in hidden))
        more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
        place = f"on page {', '.join(numbers[:5])}{more}"
        findings.append(hidden_text(path.name, [text for _, text in hidden], place))
    findings += character_findings(path.name, "\n".join(line.text for page in pages for line in page.lines))
    said, unclear = read_properties(properties, path.name)
    return Extract(page_blocks(pages, values), title, said, findings + unclear)


def page_blocks(pages: list[Page], values: dict[int, list[str]]) -> list[Block]:
    """The blocks of the pages from first to last.

    :param values: of filled form fields, by page number.
    """
    remove_running_lines(pages)
    placed = [_tables(page) for page in pages]
    typography = Typography.of([lines for page, (_, lines) in zip(pages, placed, strict=True) if not page.scanned])
    blocks: list[Block] = []
    open_table: PlacedTable | None = None
    for page, (tables, lines) in zip(pages, placed, strict=True):
        tables = _continued(open_table, tables, lines)
        look = Typography.of([lines]) if page.scanned else typography
        blocks += _page_blocks(page, tables, lines, look)
        blocks += [Paragraph(without_private_use(value), page.number) for value in values.get(page.number, [])]
        open_table = _last_on_page(tables, lines)
    return _joined_over_pages(blocks)


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


def _read(
    path: Path, data: bytes
) -> tuple[list[Page], dict[int, Picture], dict[int, list[str]], str, list[tuple[str, str]]]:
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    pages: list[Page] = []
    pictures: dict[int, Picture] = {}
    values: dict[int, list[str]] = {}
    try:
        check_pages(path, data)
        for number, (layout, fields) in enumerate(pdf_pages(io.BytesIO(data)), start=1):
            if number > MAX_PAGES:
                raise too_long(path, f"more than {MAX_PAGES:,}")
            extend(_SECONDS_A_PAGE, "pages")
            pages.append(read_page(layout, number))
            if picture := picture_of(layout, pages[-1]):
                pictures[number] = picture
            if fields:
                values[number] = fields
        title, properties = _said(data)
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise DocumentError("encrypted", f"{path.name}: protected by a password; save a copy without one") from error
    except (PDFException, PSException, LookupError, ArithmeticError, *_DAMAGE) as error:
        raise DocumentError("unreadable", f"{path.name}: damaged PDF ({error}); print it to PDF again") from error
    return pages, pictures, values, title, properties


def _said(data: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Its title, and its properties as written."""
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    document = PDFDocument(PDFParser(io.BytesIO(data)))
    titles = [raw for info in document.info if isinstance(raw := resolve1(info.get("Title")), bytes) and raw]
    return one_line(clean(decode_text(titles[0]))) if titles else "", pdf_properties(document)


def _tables(page: Page) -> tuple[list[PlacedTable], list[Line]]:
    ruled, lines = ruled_tables(page)
    columns = _column_cut(lines, page.width)
    if columns is not None:
        return ruled, lines
    aligned, lines = aligned_tables(lines, page.number, page.horizontal)
    return ruled + aligned, lines


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
    if above or not same or not before.header_rows:
        return tables
    header = before.rows[: before.header_rows]
    body = after.rows[before.header_rows :] if after.rows[: before.header_rows] == header else after.rows
    if body and not body[0][0]:  # goes on in the row whose name is on the page before
        body = ((before.rows[-1][0], *body[0][1:]), *body[1:])
    group = next((row[0] for row in reversed(before.rows[before.header_rows :]) if is_group_row(row)), before.group)
    table = Table(header + body, before.header_rows, after.caption, after.page, group)
    joined = PlacedTable(table, first.box, first.columns)
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
    return replace(table, rows=rows)


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
            out[-1] = _joined_row(last, line)
        else:
            out.append(line)
    return out


def _joined_row(one: Line, other: Line) -> Line:
    left, right = (one, other) if one.x0 <= other.x0 else (other, one)
    y0, y1, bullet = min(one.y0, other.y0), max(one.y1, other.y1), one.bullet or other.bullet
    if not one.as_read:
        return Line([*left.glyphs, *right.glyphs], y0, y1, bullet, other.from_right)
    first, then = (right, left) if one.from_right else (left, right)
    space = Glyph(" ", first.x0, first.x0, first.size, False)
    return Line([*first.glyphs, space, *then.glyphs], y0, y1, bullet, one.from_right, as_read=True)


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
