"""Times, amounts and changes as a language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.dashboard.numbers import Counted, Figures, Money
from app.ui.languages import language_name
from app.ui.quality.figures import left_to_right
from app.ui.wording import Words

NONE = "–"
_LONG_S = 10.0
_SHORT_S = 0.9995


def number(value: float, language: str) -> str:
    """A whole number with its thousands apart."""
    return _decimal(value, "#,##0", language)


def seconds(value: float | None, language: str) -> str:
    """``2.3 s``, ``41 s`` or ``38 ms``."""
    if value is None:
        return NONE
    if value < _SHORT_S:
        return left_to_right(f"{_decimal(value * 1000, '0', language)} ms")
    return left_to_right(f"{_decimal(value, '#,##0' if value >= _LONG_S else '0.0', language)} s")


def money(amounts: Sequence[Money], language: str) -> str:
    """``0.042 USD``, with two digits that count below a tenth; one currency after the other."""
    return " + ".join(_amount(each, language) for each in amounts) or NONE


def points(now: float | None, before: float | None, language: str) -> str:
    """By how many points of a hundred a share moved; empty where that cannot be said."""
    return "" if now is None or before is None else _moved((now - before) * 100, "0.0", language)


def moved_score(now: float | None, before: float | None, language: str) -> str:
    """By how much a score moved; empty where that cannot be said."""
    return "" if now is None or before is None else _moved(now - before, "0.00", language)


def _moved(by: float, form: str, language: str) -> str:
    by = round(by, len(form.partition(".")[2]))
    return left_to_right(f"{_sign(by)}{_decimal(abs(by), form, language)}")


def percent(now: float | None, before: float | None, language: str) -> str:
    """By how much of what it was it moved; empty where that cannot be said."""
    if now is None or not before:
        return ""
    moved = round((now / before - 1) * 100)
    return left_to_right(f"{_sign(moved)}{_decimal(abs(moved), '#,##0', language)} %")


def day(value: date, language: str) -> str:
    """A day without its year, where the chart shows which it is."""
    from babel.dates import format_skeleton

    return str(format_skeleton("MMMd", datetime(value.year, value.month, value.day), locale=language))


def span(figures: Figures, zone: str, language: str) -> str:
    """From when to when."""
    from zoneinfo import ZoneInfo

    from babel.dates import format_interval

    begin, end = (each.astimezone(ZoneInfo(zone)) for each in (figures.begin, figures.end))
    if begin.date() != end.date():
        return str(format_interval(begin, end, "MMMd", locale=language))
    return f"{day(begin.date(), language)}, {format_interval(begin, end, 'Hm', locale=language)}"


def name_of(counted: Counted, kind: str, words: Words) -> str:
    """What a language, a topic, a code is called."""
    if not counted.name:
        return words("dashboard.other")
    if kind == "languages":
        return language_name(counted.name, words.language)
    if kind == "topics":
        return counted.name
    if kind == "feedback":
        return words.entries.get(f"rating.reason.{counted.name}", counted.name)
    return words.reason(counted.name)


def _amount(each: Money, language: str) -> str:
    if not each.amount:
        return left_to_right(f"0 {each.currency}")
    decimals = 2 if each.amount >= 0.1 else _leading_zeros(each.amount) + 2
    return left_to_right(f"{_decimal(each.amount, '#,##0.' + '0' * decimals, language)} {each.currency}")


def _leading_zeros(amount: float) -> int:
    return f"{amount:.12f}".partition(".")[2].find(next(digit for digit in f"{amount:.12f}"[2:] if digit != "0"))


def _sign(value: float) -> str:
    return "+" if value > 0 else "−" if value < 0 else "±"


def _decimal(value: float, pattern: str, language: str) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(value, pattern, language))
