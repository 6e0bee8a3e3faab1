"""Figures as a language writes them, and what measures are called in it."""

from __future__ import annotations

from app.quality.measures import MeasureAbout, suites_about
from app.ui.wording import Words

_NONE = "–"


def share(value: float | None, language: str) -> str:
    """A share with one digit behind the point: ``93.1%``."""
    return _decimal(None if value is None else 100 * value, language, "0.0") + ("" if value is None else " %")


def score(value: float | None, language: str) -> str:
    """A score, 0..1, with two digits."""
    return _decimal(value, language, "0.00")


def written(value: float | None, suite: str, measure: str, language: str) -> str:
    """A figure of a suite in its unit."""
    about = about_measure(suite, measure)
    if about is None or about.unit == "share":
        return share(value, language)
    return _decimal(value, language, "#,##0") + (" ms" if about.unit == "ms" and value is not None else "")


def change(now: float, before: float, suite: str, measure: str, language: str) -> str:
    """By how much a figure moved, with its sign: ``+1.2`` points of a share, else times of what it was."""
    about = about_measure(suite, measure)
    if about is not None and about.is_cost:
        return f"× {_decimal(now / before, language, '0.00')}" if before else _NONE
    sign = "+" if now > before else "−" if now < before else "±"
    return f"{sign}{_decimal(abs(now - before) * 100, language, '0.0')}"


def left_to_right(text: str) -> str:
    """``text`` in its own order, also within words that are written from right to left (Unicode isolates)."""
    return f"\u2066{text}\u2069"


def about_measure(suite: str, measure: str) -> MeasureAbout | None:
    """What is known of a measure; None of one of another version."""
    about = suites_about().get(suite)
    return about.measures.get(measure) if about else None


def suite_title(suite: str, words: Words) -> str:
    """What a suite is called; its name where there are no words for it."""
    return words.entries.get(f"quality.suite.{suite}", suite)


def measure_title(suite: str, measure: str, words: Words) -> str:
    """What a measure is called; its name where there are no words for it."""
    return words.entries.get(f"quality.measure.{suite}.{measure}", measure)


def _decimal(value: float | None, language: str, pattern: str) -> str:
    from babel.numbers import format_decimal

    return _NONE if value is None else str(format_decimal(value, pattern, language))
