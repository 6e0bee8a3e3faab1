"""One PDF page: its lines of glyphs, its rules, and what on it no reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.parsing.pdf.bidi import is_right_to_left, logical_text
from ingest.parsing.pdf.visibility import Visibility

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTComponent, LTPage, LTTextLine

_THIN = 2.5  # points; a thinner rectangle is a rule
_WIDE_GAP = 1.4  # ems between glyphs that do not belong to one run of text
_WORD_GAP = 0.18  # ems between words where the file has no space


@dataclass(frozen=True, slots=True)
class Glyph:
    text: str
    x0: float
    x1: float
    size: float
    bold: bool


@dataclass(slots=True, eq=False)
class Line:
    """Glyphs on one baseline, in the order of the file; points from the bottom left."""

    glyphs: list[Glyph]
    y0: float
    y1: float
    bullet: bool = False
    from_right: bool | None = None  # as most of its page is written; None when not known
    as_read: bool = False  # glyphs are words and spaces in reading order, as text recognition gives them

    @property
    def x0(self) -> float:
        return min(glyph.x0 for glyph in self.glyphs)

    @property
    def x1(self) -> float:
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def size(self) -> float:
        """The most common glyph size."""
        sizes = [round(glyph.size * 2) / 2 for glyph in self.glyphs if glyph.text.strip()]
        return max(set(sizes), key=sizes.count, default=0.0)

    @property
    def bold(self) -> bool:
        shown = [glyph for glyph in self.glyphs if glyph.text.strip()]
        return bool(shown) and all(glyph.bold for glyph in shown)

    @property
    def text(self) -> str:
        if self.as_read:
            return " ".join("".join(glyph.text for glyph in self.glyphs).split())
        return " ".join(logical_text(_spaced(self.glyphs), from_right=self.from_right).split())

    def parts(self, edges: Iterable[float] = ()) -> list[Line]:
        """The line cut at wide gaps and at the given x positions."""
        cuts = sorted(edges)
        parts: list[list[Glyph]] = []
        last: Glyph | None = None
        for glyph in self.glyphs:
            if not glyph.text.strip():
                if parts:
                    parts[-1].append(glyph)
                continue
            if last is None or _is_apart(last, glyph, cuts):
                parts.append([])
            parts[-1].append(glyph)
            last = glyph
        return [
            Line(part, self.y0, self.y1, self.bullet and index == 0, self.from_right, self.as_read)
            for index, part in enumerate(parts)
        ]


@dataclass(frozen=True, slots=True)
class Box:
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Page:
    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    horizontal: list[Box] = field(default_factory=list)
    vertical: list[Box] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    scanned: bool = False  # by text recognition, in units of which the type of the body is ten


def read_page(layout: LTPage, number: int) -> Page:
    """The lines and rules of a page, lines from top to bottom."""
    from pdfminer.layout import LTChar, LTCurve, LTTextLine

    page = Page(number, layout.width, layout.height)
    shapes = [item for item in walk(layout) if isinstance(item, LTCurve)]
    visibility = Visibility(layout, walk(layout))
    bullets: list[Box] = []
    for shape in shapes:
        box = Box(*shape.bbox)
        if shape.height <= _THIN < shape.width:
            page.horizontal.append(box)
        elif shape.width <= _THIN < shape.height:
            page.vertical.append(box)
        elif shape.width < 9 and shape.height < 9:
            bullets.append(box)
        elif shape.stroke:  # a shaded cell or row says nothing of where the others end
            _add_sides(page, box)
    for item in walk(layout):
        if not isinstance(item, LTTextLine):
            continue
        glyphs, unseen = _glyphs([char for char in item if isinstance(char, LTChar)], visibility)
        if unseen.strip():
            page.hidden.append(" ".join(unseen.split()))
        if any(glyph.text.strip() for glyph in glyphs):
            page.lines.append(_line(item, glyphs, bullets))
    if is_right_to_left("".join(glyph.text for line in page.lines for glyph in line.glyphs)):
        for line in page.lines:
            line.from_right = True
    page.lines.sort(key=lambda line: (-line.middle, line.x0))
    return page


def walk(item: LTComponent) -> Iterator[LTComponent]:
    """Everything on a page but the glyphs of lines, which their lines hold."""
    from pdfminer.layout import LTContainer, LTTextLine

    if isinstance(item, LTContainer):
        for child in item:
            yield child
            if not isinstance(child, LTTextLine):
                yield from walk(child)


def _add_sides(page: Page, box: Box) -> None:
    page.horizontal += [Box(box.x0, box.y0, box.x1, box.y0), Box(box.x0, box.y1, box.x1, box.y1)]
    page.vertical += [Box(box.x0, box.y0, box.x0, box.y1), Box(box.x1, box.y0, box.x1, box.y1)]


def _glyphs(chars: list[LTChar], visibility: Visibility) -> tuple[list[Glyph], str]:
    """What is seen, and the text of what is not."""
    seen: list[Glyph] = []
    unseen: list[str] = []
    for char in chars:
        text = char.get_text()
        if text.startswith("(cid:"):
            continue
        if not text:  # a part of the shape before it
            if seen:
                seen[-1] = replace(seen[-1], x0=min(seen[-1].x0, char.x0), x1=max(seen[-1].x1, char.x1))
            continue
        if not visibility.sees(char):
            unseen.append(text)
            continue
        bold = any(word in char.fontname.lower() for word in ("bold", "black", "heavy", "semibold"))
        # Writers without a bold font draw each glyph twice.
        if seen and seen[-1].text == text and abs(seen[-1].x0 - char.x0) < 0.15 * char.size and text.strip():
            continue
        seen.append(Glyph(text, char.x0, char.x1, char.size, bold))
    return seen, "".join(unseen)


def _line(item: LTTextLine, glyphs: list[Glyph], bullets: list[Box]) -> Line:
    line = Line(glyphs, item.y0, item.y1)
    for box in bullets:
        beside = 0 <= line.x0 - box.x1 < 2 * line.size or 0 <= box.x0 - line.x1 < 2 * line.size
        line.bullet = line.bullet or (beside and line.y0 <= (box.y0 + box.y1) / 2 <= line.y1)
    return line


def _is_apart(last: Glyph, glyph: Glyph, cuts: list[float]) -> bool:
    left, right = (last, glyph) if last.x0 <= glyph.x0 else (glyph, last)
    if right.x0 - left.x1 > _WIDE_GAP * max(last.size, glyph.size):
        return True
    first, second = (left.x0 + left.x1) / 2, (right.x0 + right.x1) / 2
    return any(first < cut < second for cut in cuts)


def _spaced(glyphs: list[Glyph]) -> list[tuple[str, float]]:
    out: list[tuple[str, float]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None and last.text.strip() and glyph.text.strip():
            left, right = (last, glyph) if last.x0 <= glyph.x0 else (glyph, last)
            if right.x0 - left.x1 > _WORD_GAP * glyph.size and not _is_wide(last.text) and not _is_wide(glyph.text):
                out.append((" ", (left.x1 + right.x0) / 2))
        out.append((glyph.text, glyph.x0))
        last = glyph
    return out


def _is_wide(text: str) -> bool:
    return "\u2e80" <= text[-1:] <= "\u9fff" or "\uff00" <= text[-1:] <= "\uffef" or "\u0e00" <= text[-1:] <= "\u0e7f"
