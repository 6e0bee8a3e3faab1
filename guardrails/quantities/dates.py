"""Dates in a folded text: ISO, numeric, with named months, Chinese and Japanese, Buddhist years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from guardrails.quantities.cldr import languages_of_abbreviations, months
from guardrails.quantities.lexicon import LATIN, boundary_after
from guardrails.quantities.model import DateParts
from guardrails.quantities.numerals import HAN_DIGITS, read_han

BUDDHIST_ERA = 543  # years ahead of the Gregorian calendar
BUDDHIST_YEARS = range(2400, 2700)  # a year of this size in Thai is a Buddhist one
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}

_NUMBER = r"(?<![\w.,/-])"
_END = r"(?![\w/]|[.,-]\d)"
_ISO = re.compile(rf"{_NUMBER}(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?:(?=t\d)|{_END})")
_NUMERIC = re.compile(rf"{_NUMBER}(\d{{1,2}})( ?[-/.] ?)(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_END}")
_MONTH_YEAR = re.compile(rf"{_NUMBER}(\d{{1,2}})[-/.](\d{{4}}){_END}")
_DAY_MONTH = re.compile(rf"{_NUMBER}(\d{{1,2}})\. ?(\d{{1,2}})\.(?![\d\w])")
_HAN = rf"(?:\d{{1,2}}|[{''.join(HAN_DIGITS)}十]{{1,3}})"
_HAN_YEAR = rf"(?:(?<!\d)\d{{4}}|[{''.join(HAN_DIGITS)}]{{4}})"
_HAN_DATE = re.compile(
    rf"(?:({_HAN_YEAR}|(?:{'|'.join(_ERAS)})(?:元|{_HAN})) ?年(?:度)?[ 的]?)?"
    rf"(?:(?<![\d{''.join(HAN_DIGITS)}十])({_HAN}) ?月(?:份)?(?: ?({_HAN}) ?[日号號])?)?"
)
_HAN_MARK = re.compile("[年月]")  # without one the pattern matches nothing, at every place of the text
_DIGIT = re.compile(r"\d")
_DAY = r"(?<![\d.,:])(\d{1,2})(?:\.|st|nd|rd|th|er|re|e|o|a)?"
_CONNECTOR = r"(?: ?,)? ?(?:(?:de|del|di|of|d'|do|the|in) ?)?"
# Two digits are a year only after an apostrophe or in Thai: "3 May 14 days later" names no year.
_YEAR = r"(?:พ\.ศ\. ?|ค\.ศ\. ?)?((?:19|20|2[456])\d\d|'\d\d|(?<=[\u0e00-\u0e7f]\. )\d\d|(?<=[\u0e00-\u0e7f] )\d\d)"
_THAI_YEAR = re.compile(r"(?:(พ\.ศ\.|ค\.ศ\.)|ปี|ปีที่) ?(\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date at ``start:end`` of a folded text, with its other readings."""

    start: int
    end: int
    value: DateParts
    alternatives: tuple[DateParts, ...] = ()


def find_dates(folded: str, language: str | None) -> list[FoundDate]:
    """Every date, in the order of the text, without overlaps."""
    thai = language == "th" or bool(re.search(r"[\u0e01-\u0e4d]", folded))
    chosen: list[FoundDate] = []
    taken = bytearray(len(folded))
    for found in _candidates(folded, language, thai):
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            chosen.append(found)
    return sorted(chosen, key=lambda date: date.start)


def buddhist(year: int) -> int | None:
    """The Gregorian year of a year that by its size is a Buddhist one."""
    return year - BUDDHIST_ERA if year in BUDDHIST_YEARS else None


def _candidates(folded: str, language: str | None, thai: bool) -> Iterator[FoundDate]:
    if _DIGIT.search(folded):
        yield from _in_digits(folded, language, thai)
    else:
        yield from _han(folded)


def _in_digits(folded: str, language: str | None, thai: bool) -> Iterator[FoundDate]:
    for m in _ISO.finditer(folded):
        yield from _date(m.span(), [(int(m[1]), int(m[3]), int(m[4]))], thai)
    for m in _NUMERIC.finditer(folded):
        first, second, year = int(m[1]), int(m[3]), int(m[4])
        month_first = language == "en" and m[2].strip() == "/"
        orders = (
            [(year, first, second), (year, second, first)]
            if month_first
            else [(year, second, first), (year, first, second)]
        )
        if m[2].strip() == "." and language is not None:
            orders = orders[:1]
        yield from _date(m.span(), orders, thai)
    yield from _named(folded, language, thai)
    yield from _han(folded)
    for m in _MONTH_YEAR.finditer(folded):
        if 1900 <= int(m[2]) < 2700:
            yield from _date(m.span(), [(int(m[2]), int(m[1]), None)], thai)
    for m in _DAY_MONTH.finditer(folded):
        yield from _date(m.span(), [(None, int(m[2]), int(m[1]))], thai)
    for m in _THAI_YEAR.finditer(folded) if thai else ():
        year = int(m[2])
        gregorian = buddhist(year)
        if gregorian and m[1] != "ค.ศ.":
            yield FoundDate(*m.span(2), DateParts(year=year), (DateParts(year=gregorian),))
        else:
            yield FoundDate(*m.span(2), DateParts(year=year))


def _named(folded: str, language: str | None, thai: bool) -> Iterator[FoundDate]:
    names, day_first, month_first, month_year = _month_patterns()
    for m in day_first.finditer(folded):
        if _is_month_in(language, m[2]):
            yield from _date(m.span(), [(_year(m[3]), names[m[2]], int(m[1]))], thai)
    for m in month_first.finditer(folded) if language in (None, "en") else ():
        yield from _date(m.span(), [(_year(m[3]), names[m[1]], int(m[2]))], thai)
    for m in month_year.finditer(folded):
        if _is_month_in(language, m[1]):
            yield from _date(m.span(), [(_year(m[2]), names[m[1]], None)], thai)


def _is_month_in(language: str | None, name: str) -> bool:
    """Whether ``name`` is no abbreviation of other languages: "tem" is July in Turkish, and "has" in Portuguese."""
    short_in = languages_of_abbreviations().get(name)
    return language is None or short_in is None or not short_in.isdisjoint((language, "en"))


def _han(folded: str) -> Iterator[FoundDate]:
    for m in _HAN_DATE.finditer(folded) if _HAN_MARK.search(folded) else ():
        if m.end() == m.start():
            continue
        values = [_han_number(part) for part in m.groups()]
        if any(value is None and part for value, part in zip(values, m.groups(), strict=True)):
            continue
        yield from _date(m.span(), [(values[0], values[1], values[2])], thai=False)


def _han_number(text: str | None) -> int | None:
    if not text:
        return None
    era = next((start for name, start in _ERAS.items() if text.startswith(name)), None)
    if era is not None:
        rest = 1 if text[2:] == "元" else _han_number(text[2:])
        return era + rest if rest else None
    number = Decimal(text) if text.isascii() else read_han(text)
    return None if number is None else int(number)


def _year(text: str | None) -> int | None:
    return int(text.lstrip("'")) if text else None


def _date(
    span: tuple[int, int], orders: Sequence[tuple[int | None, int | None, int | None]], thai: bool
) -> Iterator[FoundDate]:
    """The date with its possible readings, if the calendar has any of them."""
    readings: list[DateParts] = []
    for year, month, day in orders:
        if (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31):
            readings += [DateParts(value, month, day) for value in _years(year, thai)]
    if readings:
        unique = tuple(dict.fromkeys(readings))
        yield FoundDate(*span, unique[0], unique[1:])


def _years(year: int | None, thai: bool) -> list[int | None]:
    if year is None:
        return [None]
    if year < 100:
        return [2000 + year, 2500 + year - BUDDHIST_ERA] if thai else [2000 + year]
    gregorian = buddhist(year) if thai else None
    return [year, gregorian] if gregorian else [year]


@lru_cache(maxsize=1)
def _month_patterns() -> tuple[dict[str, int], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Month names of all languages, and the patterns day-month, month-day and month-year."""
    names = months()
    name, english = _alternation(names), _alternation(months("en"))
    day_first = re.compile(rf"{_DAY}[ -]?{_CONNECTOR}{name}(?:\.?[ -]?{_CONNECTOR}{_YEAR}(?!\d))?")
    month_first = re.compile(rf"(?<!{LATIN}){english}\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:%])(?:,? {_YEAR}(?!\d))?")
    month_year = re.compile(rf"(?<!{LATIN}){name}\.?,? ?{_CONNECTOR}(?:พ\.ศ\. ?|ค\.ศ\. ?)?(\d{{4}})(?!\d)")
    return names, day_first, month_first, month_year


def _alternation(names: Iterable[str]) -> str:
    return "(" + "|".join(re.escape(form) + boundary_after(form) for form in sorted(names, key=len, reverse=True)) + ")"
