"""Where a text names a place, and what another language calls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from ingest.places import countries
from ingest.places.gazetteer import cities, gazetteer

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_DENSE = regex.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
_KATAKANA = regex.compile(r"[\u30a1-\u30ff]")
_LONGEST_DENSE = 12
_MOST_WORDS = 4
_LANGUAGES_ARE_MARKED = frozenset({"ja", "zh", "th"})  # 日本語, ภาษาไทย
_SAME_BEGINNING = 0.6  # of a country's name: an inflected form of it, and not a region or a people


@dataclass(frozen=True, slots=True)
class Place:
    """A place at ``start:end`` of a text, and the country it is or lies in (ISO 3166-1)."""

    country: str
    start: int
    end: int


def find_places(text: str, language: str) -> list[Place]:
    """Countries, peoples, regions and cities that ``text`` names, in order."""
    found = [*_in_words(text, language), *_in_dense(text, language)]
    return sorted(found, key=lambda place: place.start)


def name_in(country: str, surface: str, of_language: str, language: str) -> str:
    """What to write in ``language`` for the place that ``of_language`` calls ``surface``.

    A country by its name there; a city as it is; a people or region with its country's name behind.
    """
    name = country_name(country, language)
    if of_language == language or name is None or surface in cities():
        return surface
    own = country_name(country, of_language) or ""
    beginning = max(3, round(_SAME_BEGINNING * len(own)))
    if own and surface.casefold()[:beginning] == own.casefold()[:beginning]:
        return name
    return name if own.casefold() in surface.casefold() else f"{surface}, {name}"


@cache
def country_name(country: str, language: str) -> str | None:
    """What ``language`` calls ``country`` (ISO 3166-1); None where neither is known."""
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        return str(Locale.parse(language).territories[country])
    except (UnknownLocaleError, ValueError, KeyError):
        return None


def is_language(surface: str, country: str, language: str) -> bool:
    """Whether ``surface`` is what ``language`` calls a language ("German", "alemán"), too, and no country's name."""
    if language in _LANGUAGES_ARE_MARKED or surface == country_name(country, language):
        return False
    return surface.casefold() in _languages(language)


def _in_words(text: str, language: str) -> Iterator[Place]:
    """The shortest runs of words that name a country, made longer where a longer name is known ("South Korea")."""
    spaced = _DENSE.sub(lambda run: " " * len(run[0]), text)
    words = list(_WORD.finditer(spaced))
    taken: set[int] = set()
    for count in range(1, _MOST_WORDS + 1):
        for first in range(len(words) - count + 1):
            window = range(first, first + count)
            if taken.isdisjoint(window) and (named := countries(_phrase(spaced, words, window), language)):
                whole = _whole_name(spaced, words, window, language)
                taken.update(whole)
                yield Place(named.most_common(1)[0][0], words[whole[0]].start(), words[whole[-1]].end())


def _phrase(text: str, words: list[regex.Match[str]], window: range) -> str:
    return text[words[window[0]].start() : words[window[-1]].end()]


def _whole_name(text: str, words: list[regex.Match[str]], window: range, language: str) -> range:
    known = gazetteer(language).names
    for count in range(_MOST_WORDS, len(window), -1):
        for first in range(max(0, window[-1] - count + 1), window[0] + 1):
            longer = range(first, first + count)
            if longer[-1] < len(words):
                phrase = _phrase(text, words, longer)
                if phrase.casefold() in known or phrase in cities():
                    return longer
    return window


def _in_dense(text: str, language: str) -> Iterator[Place]:
    names = gazetteer(language)
    for run in _DENSE.finditer(text):
        at = run.start()
        while at < run.end():
            for end in range(min(at + _LONGEST_DENSE, run.end()), at + 1, -1):
                part = text[at:end]
                country = names.names.get(part) or names.stems.get(part) or next(iter(cities().get(part, ())), None)
                if country and not _is_part_of_a_word(text, at, end):
                    yield Place(country, at, end)
                    at = end - 1
                    break
            at += 1


def _is_part_of_a_word(text: str, start: int, end: int) -> bool:
    """Whether a longer katakana word goes on here, or the name of a language: 日本語, ภาษาไทย."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    in_katakana = (_KATAKANA.match(text[start]) and _KATAKANA.match(before)) or (
        _KATAKANA.match(text[end - 1]) and _KATAKANA.match(after)
    )
    return bool(in_katakana) or after in ("語", "语") or text[:start].endswith("ภาษา")


@cache
def _languages(language: str) -> frozenset[str]:
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        return frozenset(str(name).casefold() for name in Locale.parse(language).languages.values())
    except (UnknownLocaleError, ValueError):
        return frozenset()
