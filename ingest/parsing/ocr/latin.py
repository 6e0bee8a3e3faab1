"""Latin words in a page of another script: names of products, or words of its own that were taken for Latin ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.parsing.ocr.hocr import Word, WordLine

_LATIN = re.compile("[A-Za-z]")
_DOUBTFUL = 90.0  # per cent: false ones were below 80, true ones mostly above 85
_SAME_PLACE = 0.5  # of the area that both words cover together


def is_doubtful(word: Word) -> bool:
    """Whether it is in Latin letters and not surely so."""
    return word.confidence < _DOUBTFUL and bool(_LATIN.search(word.text))


def without_false_latin(lines: Sequence[WordLine], own: Sequence[WordLine]) -> list[WordLine]:
    """The lines, with a doubtful Latin word replaced where the script's own pack was surer of another.

    :param own: the same page read without the pack for Latin letters.
    """
    words = [word for line in own for word in line.words]
    return [replace(line, words=tuple(_surer(word, words) for word in line.words)) for line in lines]


def _surer(word: Word, own: Iterable[Word]) -> Word:
    if not is_doubtful(word):
        return word
    there = max(own, key=lambda other: _overlap(word, other), default=None)
    if there is None or _overlap(word, there) < _SAME_PLACE or there.confidence <= word.confidence:
        return word
    return replace(there, spaced=word.spaced)


def _overlap(one: Word, other: Word) -> float:
    """Intersection over union."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (_area(one) + _area(other) - width * height)


def _area(word: Word) -> float:
    return (word.x1 - word.x0) * (word.y1 - word.y0)
