"""Citation markers in a sentence: ``[1]``, ``[2, 3]``, ``[1-3]``, ``［1］``, ``【1】``, in digits of any script."""

from __future__ import annotations

import re

_LARGEST_RANGE = 20  # "[1-900]" is not a citation anybody means
_MARKER = re.compile(
    r"(?<![ \t\u00a0])(?P<lead>[ \t\u00a0]*+)[\[［【](?P<numbers>\s*\d{1,3}(?:\s*[,;，、；،\-–]\s*\d{1,3})*)\s*[\]］】]"
)
_ITEM = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?")
_STRAY_SPACE = re.compile(r"(?<![ \t])[ \t]++(?=[.,;:!?。、，！？؟।])")


def citation_spans(text: str) -> list[tuple[int, int]]:
    """Half-open character spans of the markers in ``text``, brackets included."""
    return [(match.end("lead"), match.end()) for match in _MARKER.finditer(text)]


def parse_citations(sentence: str) -> tuple[str, tuple[int, ...]]:
    """The sentence without its markers, and the numbers cited, in order of first mention without repeats."""
    numbers: dict[int, None] = {}
    for marker in _MARKER.finditer(sentence):
        for first, last in _ITEM.findall(marker["numbers"]):
            start, stop = int(first), int(last or first)
            span = range(start, stop + 1) if start <= stop < start + _LARGEST_RANGE else (start, stop)
            numbers.update(dict.fromkeys(span))
    clean = _MARKER.sub("", sentence)
    return (_STRAY_SPACE.sub("", clean) if numbers else clean).strip(), tuple(numbers)
