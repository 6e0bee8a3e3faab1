"""Month, currency and duration names of the supported languages, from the Unicode CLDR through babel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from guardrails.folding import fold

if TYPE_CHECKING:
    from babel import Locale

# The regional locales have names the main ones lack (Jänner; the months of the Levant and the Maghreb).
LOCALES = (
    *("en", "en_GB", "de", "de_AT", "fr", "es", "pt", "pt_PT", "it", "pl", "nl", "tr"),
    *("ar", "ar_LB", "ar_DZ", "ar_MA", "hi", "ja", "zh", "zh_Hant", "th"),
)
_DURATIONS = ("second", "minute", "hour", "day", "week", "month", "year")
_COUNTS = (1, 2, 3, 5, 11, 100)  # one of each CLDR plural category


@lru_cache(maxsize=2)
def months(language: str | None = None) -> dict[str, int]:
    """Folded month names with their numbers, genitives and abbreviations included, numeric ones (三月) left out.

    :param language: only the names of this language.
    """
    names: dict[str, int] = {}
    for locale in _locales():
        if language and locale.language != language:
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, form in locale.months[context][width].items():
                    folded = fold(form)
                    if not folded.endswith("月") and not folded.isdecimal():
                        names.setdefault(folded, number)
                        names.setdefault(folded.rstrip("."), number)
    return names


@lru_cache(maxsize=1)
def languages_of_abbreviations() -> dict[str, frozenset[str]]:
    """The languages of each folded name of a month that stands for it in short alone: elsewhere it is another word."""
    wide: set[str] = set()
    short: dict[str, set[str]] = {}
    for locale in _locales():
        for context in ("format", "stand-alone"):
            wide |= {fold(form) for form in locale.months[context]["wide"].values()}
            for form in map(fold, locale.months[context]["abbreviated"].values()):
                for written in (form, form.rstrip(".")):
                    short.setdefault(written, set()).add(locale.language)
    return {form: frozenset(of) for form, of in short.items() if form not in wide}


def currency_names(codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Folded names in singular and plural, and symbols of more than one letter, each with its ISO 4217 code."""
    from babel.numbers import get_currency_name, get_currency_symbol

    known = list(codes)
    for locale in _locales():
        for code in known:
            forms = {get_currency_name(code, count, locale) for count in _COUNTS} | {get_currency_symbol(code, locale)}
            yield from ((form, code) for form in map(fold, sorted(forms)) if len(form) > 1 and form != code.casefold())


def duration_names() -> Iterator[tuple[str, str]]:
    """Folded names in all plural forms, each with its unit; those that hold their number ("يومان") are left out."""
    from babel.units import format_unit

    for locale in _locales():
        for unit in _DURATIONS:
            for count in _COUNTS:
                form = fold(format_unit(count, f"duration-{unit}", "long", locale=locale))
                if form.startswith(str(count)) and (name := form.removeprefix(str(count)).strip()):
                    yield name, unit


@lru_cache(maxsize=1)
def _locales() -> tuple[Locale, ...]:
    from babel import Locale  # a few megabytes of data that only texts need

    return tuple(Locale.parse(name) for name in LOCALES)
