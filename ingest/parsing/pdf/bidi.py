"""Glyphs of a PDF line to text in reading order.

A PDF places glyphs; most writers place those of Arabic and Hebrew from left to
right as they are seen. Here they are put back into the order they are read in,
numbers and Latin words kept from left to right (Unicode Standard Annex 9, inverted).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_RIGHT = ("R", "AL")
_SEPARATORS = frozenset(".,:/-−٫٬'’")
_TERMINATORS = frozenset("%€$£+#°")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def is_right_to_left(text: str) -> bool:
    """Whether most letters of the text are Arabic or Hebrew."""
    right = len(_RTL.findall(text))
    return right > 0 and right >= sum(char.isalpha() for char in text) - right


def logical_text(glyphs: Sequence[tuple[str, float]], *, from_right: bool | None = None) -> str:
    """The text of a line in reading order.

    :param glyphs: text and left edge of each glyph in the order of the file. A glyph may stand for
        several letters (a ligature), which are in reading order already.
    :param from_right: whether the paragraph runs from the right; by most of the line's letters when None.
    """
    text = "".join(glyph for glyph, _ in glyphs)
    if text.isascii() or not _RTL.search(text):
        return text
    if _is_stored_as_read(glyphs):
        return text
    if is_right_to_left(text) if from_right is None else from_right:
        return "".join(_from_the_right([glyph for glyph, _ in glyphs]))
    return "".join(_runs_reversed([glyph for glyph, _ in glyphs]))


def _is_stored_as_read(glyphs: Sequence[tuple[str, float]]) -> bool:
    """Whether right-to-left glyphs follow one another towards the left."""
    edges = [edge for glyph, edge in glyphs if _RTL.search(glyph)]
    leftwards = sum(later < earlier for earlier, later in pairwise(edges))
    return len(edges) > 1 and leftwards > len(edges) / 2


def _kind(glyph: str) -> str:
    bidi = unicodedata.bidirectional(glyph[0]) if glyph else ""
    if bidi in _RIGHT:
        return "R"
    if bidi == "L":
        return "L"
    return "N" if bidi in ("EN", "AN") else "S"


def _from_the_right(glyphs: list[str]) -> list[str]:
    out: list[str] = []
    at = len(glyphs)
    while at > 0:
        end = at
        while at > 0 and _stays(glyphs, at - 1, end):
            at -= 1
        if at < end:
            out.extend(glyphs[at:end])
        else:
            at -= 1
            out.append(glyphs[at].translate(_MIRRORED))
    return out


def _stays(glyphs: list[str], at: int, end: int) -> bool:
    """Whether the glyph belongs to the left-to-right run that ends at ``end``."""
    kind = _kind(glyphs[at])
    if kind in "LN":
        return True
    if kind == "R" or at == 0:
        return False
    left = _kind(glyphs[at - 1])
    right = _kind(glyphs[at + 1]) if at + 1 < end else ""
    if glyphs[at] in _TERMINATORS and "0" <= glyphs[at - 1][:1] <= "9":
        return True  # 5% and 5€ with European digits
    if not right or left not in "LN":
        return False
    if glyphs[at].isspace():
        return "L" in (left, right)
    return glyphs[at] in _SEPARATORS or "L" in (left, right)


def _runs_reversed(glyphs: list[str]) -> list[str]:
    out: list[str] = []
    run: list[str] = []
    for index, glyph in enumerate(glyphs):
        kind = _kind(glyph)
        more = any(_kind(later) == "R" for later in glyphs[index + 1 : index + 3])
        if kind == "R" or (run and kind == "S" and more):
            run.append(glyph)
            continue
        out.extend(_from_the_right(run))
        run = []
        out.append(glyph)
    return out + _from_the_right(run)
