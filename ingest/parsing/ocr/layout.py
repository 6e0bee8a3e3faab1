"""Recognised words as the pages that PDF pages are read into, so that columns, tables and headings are found alike."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ingest.parsing.ocr.hocr import WordLine
from ingest.parsing.ocr.pages import Recognised
from ingest.parsing.pdf.bidi import is_right_to_left
from ingest.parsing.pdf.page import Glyph, Line, Page

BODY = 10.0  # points
_EM = 0.75  # of the height that Tesseract gives for a line: ascenders, descenders and air
_SKEW = 0.001  # slope below which turning back changes nothing
_HEADINGS = ((2.0, 2.4), (1.5, 1.7), (1.22, 1.35))  # at least so many times the body: taken for so many times
_LEAST_LETTERS, _SURE = 2, 80.0  # of a line, which may be a speck of dirt


def laid_out(scans: Sequence[tuple[int, Recognised]]) -> list[Page]:
    """The pages with their numbers, upright, scaled so that the type of each page's body is :data:`BODY` points."""
    return [_page(number, found) for number, found in scans]


def _page(number: int, found: Recognised) -> Page:
    heights = median([_height(line) for line in found.lines for _ in line.words])
    types = median([line.size for line in found.lines for _ in line.words])
    points = BODY / (types * _EM)
    page = Page(number, found.width * points, found.height * points, scanned=True)
    slope = _slope(found.lines)
    from_right = is_right_to_left(found.text)
    for line in found.lines:
        if (
            sum(char.isalnum() for char in line.text) < _LEAST_LETTERS
            and len(found.lines) > 1
            and line.confidence < _SURE
        ):
            continue
        # Tesseract's own size is wild in Arabic, the words' height depends on their letters: both must agree.
        larger = min(line.size / types, _height(line) / heights)
        size = BODY * next((to for least, to in _HEADINGS if larger >= least), 1.0)
        page.lines.append(_line(line, size, slope, points, page.height, from_right))
    page.lines.sort(key=lambda placed: (-placed.middle, placed.x0))
    return page


def _line(line: WordLine, size: float, slope: float, points: float, height: float, from_right: bool) -> Line:
    middle = (line.words[0].x0 + line.words[-1].x1) / 2
    baseline = height - (line.baseline - slope * middle) * points
    glyphs: list[Glyph] = []
    for word in line.words:
        # A page that is turned by a degree moves to the side from top to bottom as well.
        aside = slope * (word.y0 + word.y1) / 2
        x0, x1 = (word.x0 + aside) * points, (word.x1 + aside) * points
        if glyphs and word.spaced:
            end = glyphs[-1].x0  # a space takes no room: where a line is cut, the piece before it keeps its width
            glyphs.append(Glyph(" ", end, end, size, False))
        glyphs.append(Glyph(word.text, x0, x1, size, False))
    return Line(glyphs, baseline - 0.2 * size, baseline + 0.8 * size, from_right=from_right, as_read=True)


def _height(line: WordLine) -> float:
    return median([word.y1 - word.y0 for word in line.words])


def _slope(lines: Sequence[WordLine]) -> float:
    """How much the page leans, by its longer lines."""
    slopes = sorted(line.slope for line in lines for _ in line.words if len(line.words) > 2 and abs(line.slope) < 0.2)
    slope = slopes[len(slopes) // 2] if slopes else 0.0
    return slope if abs(slope) > _SKEW else 0.0
