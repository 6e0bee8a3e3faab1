"""Tesseract's output in hOCR and plain text: lines of words with their boxes and confidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

_PROPERTY = re.compile(r"(\w+)((?: -?[\d.]+)+)")
_LATIN = re.compile(r"[A-Za-z]")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RULES = re.compile(r"[|¦_=~‘’'`\"“”.,:;°*—–-]+")  # what the rules of a table and specks of dirt are read as
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_THAI = re.compile("[\u0e00-\u0e7f]")
_LINES = ("ocr_line", "ocr_header", "ocr_textfloat", "ocr_caption")
_PAGE_END = "\n  </div>\n"
_LEAST_WORD = 30.0  # per cent; below it is more often wrong than right
_LEAST_RULE = 75.0
_LEAST_LINE = 45.0


@dataclass(frozen=True, slots=True)
class Word:
    """Pixels from the top left; ``confidence`` in per cent as Tesseract gives it."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    spaced: bool = True  # a space stands in front of it


@dataclass(frozen=True, slots=True)
class WordLine:
    """Words in reading order on one baseline, which falls by ``slope`` pixels a pixel to the right.

    ``baseline`` is its height at the middle of the line and ``size`` the height of a line of that type, in pixels.
    """

    words: tuple[Word, ...]
    baseline: float
    slope: float
    size: float

    @property
    def text(self) -> str:
        return "".join(f" {word.text}" if word.spaced else word.text for word in self.words).strip()

    @property
    def confidence(self) -> float:
        return mean_confidence(self.words)


def word_lines(output: str) -> list[WordLine]:
    """The lines of one page in hOCR and, inside it, as plain text, noise included."""
    from lxml import etree

    page, end, rest = output.partition(_PAGE_END)
    if not end:
        return []
    texts = [line for line in map(_plain, rest.rpartition(" </body>")[0].splitlines()) if line]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False)
    root = etree.fromstring(f"{page}{end}</body></html>".encode(), parser)
    if root is None:
        return []
    found: list[WordLine] = []
    for element in root.iter("{*}span"):
        if element.get("class") in _LINES:
            words = [_word(child) for child in element.iter("{*}span") if child.get("class") == "ocrx_word"]
            pieces = [word for word in words if word is not None]
            text = texts.pop(0) if pieces and texts else ""
            line = _line(element.get("title", ""), _joined(_spaced(pieces, text)))
            if line is not None:
                found.append(line)
    return found


def without_noise(lines: Iterable[WordLine]) -> list[WordLine]:
    """The lines and words that are more often right than not."""
    kept = [replace(line, words=tuple(filter(_is_word, line.words))) for line in lines]
    return [line for line in kept if line.words and line.confidence >= _LEAST_LINE]


def mean_confidence(words: Iterable[Word]) -> float:
    """Per cent, by the length of the words; 0.0 without any letter or digit."""
    lengths = [(sum(char.isalnum() for char in word.text), word.confidence) for word in words]
    total = sum(length for length, _ in lengths)
    return sum(length * confidence for length, confidence in lengths) / total if total else 0.0


def _word(element: object) -> Word | None:
    properties = _properties(element.get("title", ""))  # type: ignore[attr-defined]  # lxml has no types
    text = _plain("".join(element.itertext()))  # type: ignore[attr-defined]  # as above
    box = properties.get("bbox", [])
    if not text or len(box) != 4:
        return None
    x0, y0, x1, y1 = box
    return Word(text, x0, y0, x1, y1, properties.get("x_wconf", [0.0])[0])


def _plain(text: str) -> str:
    return _MARKS.sub("", text).strip()


def _spaced(words: Sequence[Word], line: str) -> Iterator[Word]:
    """The words with the spaces that the line has in plain text; by their script where the two do not agree."""
    at = 0
    last = ""
    for word in words:
        start = at
        while line[at : at + 1].isspace():
            at += 1
        spaced = at > start
        if line.startswith(word.text, at):
            at += len(word.text)
        else:
            line = ""
            spaced = not (_CJK.match(last) or _THAI.match(last))
        if _CJK.match(last) and _CJK.match(word.text):
            spaced = False
        yield replace(word, spaced=spaced)
        last = word.text[-1]


def _joined(words: Iterable[Word]) -> list[Word]:
    """Pieces of a word, which Thai and Chinese come in, as one."""
    out: list[Word] = []
    for word in words:
        last = out[-1] if out else None
        if last is None or word.spaced or word.x0 - last.x1 > word.y1 - word.y0:
            out.append(word)
            continue
        text = last.text + word.text
        weight = len(word.text) / len(text)
        out[-1] = Word(
            text,
            min(last.x0, word.x0),
            min(last.y0, word.y0),
            max(last.x1, word.x1),
            max(last.y1, word.y1),
            last.confidence * (1 - weight) + word.confidence * weight,
            last.spaced,
        )
    # Thai am comes in two parts, which nobody types.
    return [replace(word, text=word.text.replace("\u0e4d\u0e32", "\u0e33")) for word in out]


def _is_word(word: Word) -> bool:
    if _RULES.fullmatch(word.text):
        return word.confidence >= _LEAST_RULE and word.text not in ("|", "¦", "_")
    return word.confidence >= _LEAST_WORD


def _line(title: str, words: list[Word]) -> WordLine | None:
    if not words:
        return None
    properties = _properties(title)
    x0, _, x1, y1 = properties["bbox"]
    slope, offset = properties.get("baseline", [0.0, 0.0])
    size = properties.get("x_size", [max(word.y1 - word.y0 for word in words)])[0]
    return WordLine(tuple(_in_reading_order(words)), y1 + offset + slope * (x1 - x0) / 2, slope, size)


def _properties(title: str) -> dict[str, list[float]]:
    return {match[1]: [float(value) for value in match[2].split()] for match in _PROPERTY.finditer(title)}


def _in_reading_order(words: list[Word]) -> list[Word]:
    """Latin words in a line from the right come as they are met from the right; turned to follow one another."""
    if not any(_RTL.search(word.text) for word in words):
        return words
    out: list[Word] = []
    run: list[Word] = []
    for word in words:
        if _RTL.search(word.text):
            out += [*_from_the_left(run), word]
            run = []
        else:
            run.append(word)
    return out + _from_the_left(run)


def _from_the_left(run: list[Word]) -> list[Word]:
    return sorted(run, key=lambda word: word.x0) if any(_LATIN.search(word.text) for word in run) else run
