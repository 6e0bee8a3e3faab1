"""Numbers written in digits, in every notation, and in Chinese and Japanese numerals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

LONGEST = 40  # more digits than this are an identifier, not a number
COMMA_LANGUAGES = frozenset(["de", "fr", "es", "pt", "it", "pl", "nl", "tr"])  # 1.234,56

# Grouped by single spaces, or runs of digits with marks between. No part can match in two ways: linear time.
DIGITS = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})++(?!\d)(?:[.,٫]\d++)?(?![.,']?\d)|\d++(?:[.,'٫]\d++)*+")
HAN_DIGITS = {
    character: value
    for value, characters in enumerate(("〇零", "一壱", "二两兩弐", "三参", "四", "五", "六", "七", "八", "九"))
    for character in characters
}
HAN_SMALL = {"十": 10, "拾": 10, "百": 100, "千": 1000}
HAN_LARGE = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12}
_HAN = "".join([*HAN_DIGITS, *HAN_SMALL, *HAN_LARGE])
HAN_NUMERAL = re.compile(rf"(?:(?!百分之)[{_HAN}]|\d++(?:[.,]\d++)*+)++")
_HAN_PART = re.compile(rf"\d+(?:[.,]\d+)*|[{_HAN}]")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a folded text, before its surroundings say what it counts."""

    start: int
    end: int
    readings: tuple[Decimal, ...]  # the likeliest first; empty for an identifier of digits
    source: Literal["digits", "han", "word"]
    bare: bool = True  # counts as a quantity without a unit


def read_number(token: str, language: str | None) -> tuple[Decimal, ...] | None:
    """The possible values of a token of :data:`DIGITS`; None when no notation writes a number so."""
    marks = [character for character in token if not character.isdigit()]
    if not marks:
        return (Decimal(token),)
    kinds = set(marks)
    last = marks[-1]
    if len(kinds) > 2 or (len(kinds) == 2 and marks.count(last) > 1):
        return None
    head, _, tail = token.rpartition(last)
    if len(kinds) == 2:
        if last in "' " or not _grouped(head):
            return None
        return (Decimal(f"{_joined(head)}.{tail}"),)
    if last == "٫":
        return (Decimal(f"{head}.{tail}"),) if len(marks) == 1 else None
    if len(marks) > 1 or last in "' ":
        return (Decimal(_joined(token)),) if _grouped(token) else None
    decimal = Decimal(f"{head}.{tail}")
    if len(tail) != 3 or not 1 <= len(head) <= 3 or head[0] == "0":
        return (decimal,)
    whole = Decimal(head + tail)
    decimal_mark = "," if language in COMMA_LANGUAGES else "."
    return (decimal, whole) if last == decimal_mark else (whole, decimal)


def _grouped(text: str) -> bool:
    """Whether the groups are three digits each, or the Indian two, two, three."""
    groups = re.split(r"[.,' ]", text)
    if not 1 <= len(groups[0]) <= 3:
        return False
    inner = {len(group) for group in groups[1:-1]}
    return len(groups) == 1 or (len(groups[-1]) == 3 and (inner <= {3} or (inner == {2} and len(groups[0]) <= 2)))


def _joined(text: str) -> str:
    return re.sub(r"[.,' ]", "", text)


def read_han(token: str) -> Decimal | None:
    """The value of a token of :data:`HAN_NUMERAL`, such as 三十, 二〇二六, 1万2000 or 3.5万; None when it is none."""
    if len(token) > LONGEST:
        return None
    parts = _HAN_PART.findall(token)
    if all(part in HAN_DIGITS for part in parts):
        # 二〇二六 is positional, but 三四 is "three or four"
        positional = len(parts) == 1 or len(parts) >= 4 or any(HAN_DIGITS[part] == 0 for part in parts)
        return Decimal("".join(str(HAN_DIGITS[part]) for part in parts)) if positional else None
    total, section, digit = Decimal(0), Decimal(0), None
    small, large = 10**4, 10**16
    for part in parts:
        if part in HAN_LARGE:
            section += digit or 0
            if not section or HAN_LARGE[part] >= large:
                return None
            total, section, digit, small, large = (
                total + section * HAN_LARGE[part],
                Decimal(0),
                None,
                10**4,
                HAN_LARGE[part],
            )
        elif part in HAN_SMALL:
            if HAN_SMALL[part] >= small:
                return None
            section += (Decimal(1) if digit is None else digit) * HAN_SMALL[part]
            digit, small = None, HAN_SMALL[part]
        elif digit:
            return None
        elif part in HAN_DIGITS:
            digit = Decimal(HAN_DIGITS[part])
        else:
            found = read_number(part, None)
            if not found:
                return None
            digit = found[0]
    return total + section + (digit or 0)
