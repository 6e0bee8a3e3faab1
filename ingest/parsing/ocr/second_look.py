"""Words that were hardly read, once more from near: Tesseract misses lone digits, as they stand in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from ingest.parsing.ocr.hocr import Word, WordLine, mean_confidence
from ingest.parsing.ocr.tesseract import Tesseract

if TYPE_CHECKING:
    from PIL.Image import Image

_DOUBTFUL = 70.0  # per cent
_SURE = 85.0
_MOST = 40  # of a page; one costs a tenth of a second
_LOWEST, _HIGHEST = 0.3, 1.3  # of the line's height; lower are dots and dashes, higher are rules
_MARGIN = 0.35  # of the line's height; with more the neighbours look in, with less the edges are lost
_SCALE = 2
_RULES = frozenset("|¦_")


def second_look(tesseract: Tesseract, image: Image, lines: Sequence[WordLine], packs: Sequence[str]) -> list[WordLine]:
    """The lines, with doubtful words replaced where their second reading is sure.

    :raises ReadingError: as :meth:`Tesseract.read` does.
    """
    doubtful = [(line, word) for line in lines for word in line.words if _is_doubtful(word, line)]
    better: dict[int, Word] = {}
    for line, word in islice(doubtful, _MOST):
        seen = tesseract.read(_near(image, word, line.size * _MARGIN), packs, one_line=True)
        words = [again for found in seen for again in found.words]
        confidence = mean_confidence(words)
        if confidence >= _SURE and confidence > word.confidence:
            text = "".join(f" {again.text}" if again.spaced else again.text for again in words).strip()
            better[id(word)] = replace(word, text=text, confidence=confidence)
    return [replace(line, words=tuple(better.get(id(word), word) for word in line.words)) for line in lines]


def _is_doubtful(word: Word, line: WordLine) -> bool:
    height = word.y1 - word.y0
    return (
        word.confidence < _DOUBTFUL
        and _LOWEST * line.size <= height <= _HIGHEST * line.size
        and not _RULES.issuperset(word.text)
    )


def _near(image: Image, word: Word, margin: float) -> Image:
    from PIL.Image import Resampling

    left, top = max(0, round(word.x0 - margin)), max(0, round(word.y0 - margin))
    right, bottom = min(image.width, round(word.x1 + margin)), min(image.height, round(word.y1 + margin))
    cut = image.crop((left, top, right, bottom))
    return cut.resize((cut.width * _SCALE, cut.height * _SCALE), Resampling.BICUBIC)
