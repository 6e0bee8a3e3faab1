"""Whether a reader of a PDF page sees a glyph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTComponent, LTPage

_TINY = 2.0  # points; smaller glyphs are not meant to be read
_INVISIBLE = 3  # text rendering mode: neither filled nor stroked (PDF 1.7, 9.3.6)
_LEAST_CONTRAST = 0.12  # largest difference of red, green or blue to what is behind
_SCANNED = 0.5  # of the page covered by pictures: invisible text is what recognition found in them
_INK = ("Separation", "DeviceN", "Pattern", "Indexed", "Lab")  # colour spaces whose numbers are no brightness

Colour = tuple[float, float, float]
_PAPER: Colour = (1.0, 1.0, 1.0)


class Visibility:
    """What is behind the glyphs of one page."""

    def __init__(self, layout: LTPage, items: Iterable[LTComponent]) -> None:
        from pdfminer.layout import LTCurve, LTImage

        self._width, self._height = layout.width, layout.height
        self._filled: list[tuple[LTComponent, Colour | None]] = []
        self._images: list[LTComponent] = []
        for item in items:
            if isinstance(item, LTImage):
                self._images.append(item)
            elif isinstance(item, LTCurve) and item.fill and item.height > 4:
                self._filled.append((item, rgb(item.non_stroking_color)))
        self._colours = {_PAPER} | {fill for _, fill in self._filled if fill is not None}
        self._vanishing: dict[Colour, bool] = {}
        covered = sum(image.width * image.height for image in self._images)
        self._scanned: bool = covered >= _SCANNED * self._width * self._height

    def sees(self, char: LTChar) -> bool:
        """Whether the glyph is on the page, large enough, drawn, and of another colour than what is behind it."""
        x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
        off_page = not (-1 <= x <= self._width + 1 and -1 <= y <= self._height + 1)
        if char.size < _TINY or off_page:
            return False
        if getattr(char, "rendermode", 0) == _INVISIBLE:
            return self._scanned
        colour = None if getattr(char.ncs, "name", "") in _INK else rgb(char.graphicstate.ncolor)
        if colour is None or not self._may_vanish(colour):
            return True
        if any(_contains(image, x, y) for image in self._images):
            return True
        behind = next((fill for shape, fill in reversed(self._filled) if _contains(shape, x, y)), _PAPER)
        return behind is None or not _are_alike(colour, behind)

    def _may_vanish(self, colour: Colour) -> bool:
        """Whether anything on the page is of about this colour; where is looked at only then."""
        known = self._vanishing.get(colour)
        if known is None:
            known = any(_are_alike(colour, fill) for fill in self._colours)
            self._vanishing[colour] = known
        return known


def rgb(color: object) -> Colour | None:
    """Red, green and blue from 0 to 1 of a grey, RGB or CMYK colour; None for what is none of these."""
    values = color if isinstance(color, list | tuple) else (color,)
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    if len(numbers) != len(values):
        return None
    if len(numbers) == 1:
        return numbers[0], numbers[0], numbers[0]
    if len(numbers) == 3:
        return numbers[0], numbers[1], numbers[2]
    if len(numbers) == 4:
        cyan, magenta, yellow, black = numbers
        return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    return None


def _are_alike(colour: Colour, other: Colour) -> bool:
    return max(abs(a - b) for a, b in zip(colour, other, strict=True)) < _LEAST_CONTRAST


def _contains(shape: LTComponent, x: float, y: float) -> bool:
    return bool(shape.x0 <= x <= shape.x1 and shape.y0 <= y <= shape.y1)
