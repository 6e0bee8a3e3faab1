"""A small PDF writer: Western European text in the standard fonts, with ruled tables (PDF 1.4, ISO 32000)."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import accumulate

from eval.corpus.page import Page, PageSection, Row

_WIDTH, _HEIGHT = 595, 842  # points of A4
_LEFT, _TOP, _BOTTOM = 72, 752, 90
_TEXT, _HEADING, _TITLE = 10, 13, 18  # font sizes in points
_LINE_CHARACTERS = 90  # of text in 10 points; Helvetica's letters are half as wide as high
_COLUMNS = (90, 170, 90, 90)  # widths in points
_ROW = 18


def render_pdf(page: Page) -> bytes:
    """The page as a PDF of one or more sheets.

    :raises UnicodeEncodeError: the text has letters that the standard fonts lack.
    """
    layout = _Layout()
    layout.paragraph([page.title], _TITLE, bold=True)
    for section in page.sections:
        _add_section(layout, page, section)
    return _file(layout.sheets, page.title)


def _add_section(layout: _Layout, page: Page, section: PageSection) -> None:
    layout.paragraph([section.heading], _HEADING, bold=True)
    for paragraph in section.paragraphs:
        layout.paragraph(_lines(page.joined(paragraph)), _TEXT)
    if section.items:
        layout.paragraph(_lines(section.lead_in), _TEXT)
        for item in section.items:
            first, *rest = _lines(item, _LINE_CHARACTERS - 4)
            layout.paragraph([f"• {first}", *(f"  {line}" for line in rest)], _TEXT)
    if section.rows:
        layout.table([page.header, *section.rows])


def _lines(text: str, most: int = _LINE_CHARACTERS) -> list[str]:
    # A line that ends in a hyphen of the word's own could not be told from one that was divided there.
    return textwrap.wrap(text, most, break_on_hyphens=False)


class _Layout:
    """Drawing operators, sheet by sheet, from the top downwards."""

    def __init__(self) -> None:
        self.sheets: list[list[bytes]] = [[]]
        self._y = float(_TOP)

    def paragraph(self, lines: Sequence[str], size: int, bold: bool = False) -> None:
        self._need(len(lines) * size * 1.3)
        for line in lines:
            self._y -= size * 1.3
            indent = len(line) - len(line.lstrip(" "))
            self._show(line.lstrip(" "), _LEFT + indent * size * 0.3, self._y, size, bold)
        self._y -= size * 0.8

    def table(self, rows: Sequence[Row]) -> None:
        self._need(len(rows) * _ROW)
        edges = list(accumulate(_COLUMNS, initial=_LEFT))
        top = self._y
        for at, row in enumerate(rows):
            base = top - at * _ROW - 13
            for left, cell in zip(edges, row, strict=False):
                self._show(cell, left + 4, base, _TEXT - 1, bold=at == 0)
        bottom = top - len(rows) * _ROW
        ruled = [(edges[0], top - at * _ROW, edges[-1], top - at * _ROW) for at in range(len(rows) + 1)]
        ruled += [(x, top, x, bottom) for x in edges]
        self.sheets[-1] += [b"%.1f %.1f m %.1f %.1f l S" % rule for rule in ruled]
        self._y = bottom - _ROW

    def _need(self, height: float) -> None:
        if self._y - height < _BOTTOM:
            self.sheets.append([])
            self._y = float(_TOP)

    def _show(self, text: str, x: float, y: float, size: int, bold: bool) -> None:
        font = b"F2" if bold else b"F1"
        self.sheets[-1].append(b"BT /%s %d Tf %.1f %.1f Td %s Tj ET" % (font, size, x, y, _string(text)))


def _string(text: str) -> bytes:
    data = text.encode("cp1252")
    return b"(" + data.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)") + b")"


def _file(sheets: Sequence[Sequence[bytes]], title: str) -> bytes:
    kids = b" ".join(b"%d 0 R" % (6 + 2 * at) for at in range(len(sheets)))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(sheets)),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
        b"<< /Title <FEFF%s> >>" % title.encode("utf-16-be").hex().encode(),
    ]
    for at, sheet in enumerate(sheets):
        fonts = b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
        box = b"/MediaBox [0 0 %d %d]" % (_WIDTH, _HEIGHT)
        objects.append(b"<< /Type /Page /Parent 2 0 R %s %s /Contents %d 0 R >>" % (box, fonts, 7 + 2 * at))
        content = b"\n".join(sheet)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    parts = [b"%PDF-1.4\n"]
    parts += [b"%d 0 obj\n%s\nendobj\n" % (at, body) for at, body in enumerate(objects, start=1)]
    offsets = list(accumulate(map(len, parts)))
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets[:-1])
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\n" % (len(objects) + 1))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % offsets[-1])
    return b"".join(parts)
