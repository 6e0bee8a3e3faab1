"""What a line says, however it is set: without spaces, quotation marks, list marks, letter case and number notation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from guardrails.folding import fold
from guardrails.quantities import Quantity, find_quantities, unmatched

_FIGURE = "\ufffc"  # stands for a quantity
_MARK = re.compile(r"^\s*(?:[-*•·–—▪◦●○■□►‣⁃]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+", re.IGNORECASE)
_MEANT = frozenset("%<>≤≥±=§°&" + _FIGURE)
_SIGN = re.compile(r"(?<![\w)%\d])[-−–](?=\d)")  # of a number below zero, which quantities leave out


@dataclass(frozen=True, slots=True)
class Normal:
    """The letters of a line, a character in the place of each quantity, and the quantities."""

    letters: str
    quantities: tuple[Quantity, ...]


@lru_cache(maxsize=8192)
def normal(text: str, language: str) -> Normal:
    """What ``text`` says."""
    quantities = figures(text, language)
    mark = _MARK.match(text)
    begin = mark.end() if mark and not any(each.start < mark.end() for each in quantities) else 0
    parts: list[str] = []
    at = begin
    for each in quantities:
        before = text[at : each.start]
        below = "-" if _SIGN.search(f"{before}0", max(0, len(before) - 1)) and before.endswith(("-", "−", "–")) else ""
        parts += [_letters(before), below, _FIGURE]
        at = max(at, each.end)
    return Normal("".join([*parts, _letters(text[at:])]), quantities)


def same(first: Sequence[Normal], second: Sequence[Normal]) -> bool:
    """Whether lines, put one behind the other, say the same as others."""
    if "".join(each.letters for each in first) != "".join(each.letters for each in second):
        return False
    mine, theirs = ([q for each in side for q in each.quantities] for side in (first, second))
    return len(mine) == len(theirs) and all(equal(a, b) for a, b in zip(mine, theirs, strict=True))


def equal(first: Quantity, second: Quantity) -> bool:
    """Whether two quantities have the same value, whatever their notation."""
    if first.kind == "date" and second.kind == "date" and first.value != second.value:
        return False  # "in March" says less than "on 3 March", which is enough as evidence and not here
    return not unmatched([first], [second]) and not unmatched([second], [first])


@lru_cache(maxsize=8192)
def figures(text: str, language: str) -> tuple[Quantity, ...]:
    """The quantities of ``text``, number words included, in order and without overlaps."""
    found: list[Quantity] = []
    for each in find_quantities(text, language, every_word=True):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return tuple(found)


def _letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter in _MEANT or unicodedata.category(letter)[0] in "LMN")
