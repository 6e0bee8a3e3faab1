"""Dates as people and programs write them, read only where they can mean one day."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache

_LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "pl", "nl", "tr", "ar", "hi", "ja", "zh", "th")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])\s?(\d{1,2})\2\s?(\d{1,2})\.?(?:[T ]\d{2}:\d{2}.*)?")
_COMPACT = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})(?:\d{6}.*)?")  # also as a PDF writes it: D:20260301093000Z
_CJK = re.compile(r"(?:(令和|平成)(\d{1,2}|元)|(\d{4}))年(\d{1,2})月(\d{1,2})日?")
_ERAS = {"令和": 2018, "平成": 1988}  # the year before the era's first
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?")  # with dots, the day is first everywhere
_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|ère|\.)(?!\w)")
_NO_ORDINALS = str.maketrans("", "", "ºª°")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e.])*")
_BUDDHIST = 543  # years ahead of the common era, in Thai dates
_FILLERS = frozenset(["de", "del", "of", "the", "le", "den", "am", "dnia"])


class UnclearDateError(ValueError):
    """No date, or one that can mean several days."""


def read_date(text: str) -> date:
    """The one day that ``text`` means, whatever its digits, separators and month names.

    ``03/04/2026`` can be two days and is refused; ``03.04.2026``, ``13/04/2026`` and ``2026/03/04`` cannot.

    :raises UnclearDateError: it is no date, or can mean several days.
    """
    written = " ".join(_with_ascii_digits(unicodedata.normalize("NFKC", text.translate(_NO_ORDINALS))).split())
    if match := _YEAR_FIRST.fullmatch(written):
        return _day(text, int(match[1]), int(match[3]), int(match[4]))
    if match := _COMPACT.fullmatch(written):
        return _day(text, int(match[1]), int(match[2]), int(match[3]))
    if match := _CJK.fullmatch(written.replace(" ", "")):
        in_era = 1 if match[2] == "元" else int(match[2] or 0)
        return _day(text, int(match[3]) if match[3] else _ERAS[match[1]] + in_era, int(match[4]), int(match[5]))
    if match := _DOTTED.fullmatch(written):
        return _day(text, int(match[3]), int(match[2]), int(match[1]))
    if match := _DAY_OR_MONTH_FIRST.fullmatch(written):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if first <= 12 and second <= 12 and first != second:
            raise UnclearDateError(f"{text!r} can mean two days")
        return _day(text, year, *((first, second) if second > 12 else (second, first)))
    return _with_month_name(text, written)


def _with_month_name(text: str, written: str) -> date:
    """``1 March 2026``, ``1er mars 2026``, ``March 1, 2026``, ``1 มีนาคม 2569``."""
    words = [word for word in _WORD.findall(_ORDINAL.sub(" ", written.casefold())) if word.strip(".") not in _FILLERS]
    numbers = re.findall(r"\d+", written)
    months = {month for word in words for month in _month_names().get(word.strip("."), ())}
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(words) != 1 or len(months) != 1 or len(years) != 1 or len(days) != 1 or len(numbers) != 2:
        raise UnclearDateError(f"{text!r} is not a date")
    return _day(text, int(years[0]), months.pop(), int(days[0]))


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year - _BUDDHIST if 2400 < year < 2700 else year, month, day)
    except ValueError:
        raise UnclearDateError(f"{text!r} is not a date") from None


def _with_ascii_digits(text: str) -> str:
    return "".join(
        str(unicodedata.digit(char)) if char.isdecimal() else char
        for char in text
        if unicodedata.category(char) != "Cf"  # marks of direction
    )


@cache
def _month_names() -> dict[str, set[int]]:
    """The months that each name stands for, in any of the languages; a name that stands for two is no help."""
    from babel.dates import get_month_names

    names: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale=language).items():
                    names.setdefault(unicodedata.normalize("NFKC", name).casefold().strip("."), set()).add(number)
    return names
