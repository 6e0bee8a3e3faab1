"""Which countries a document is about."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from ingest.places.find import countries

_TITLE_WEIGHT = 3
# A paper in Polish that names no other country is about Poland. Languages at home in many
# countries (English, Arabic, Spanish …) count as their largest home only where CLDR's most
# likely region is also where most companies would write the paper for.
_HOME_OF_MANY = frozenset({"en", "ar", "fa"})
_EUROPEAN_HOME = {"pt": "PT", "es": "ES"}  # CLDR says Brazil for Portuguese; both are named often where they are meant


def country_shares(text: str, title: str, language: str) -> dict[str, float]:
    """Shares, adding up to 1, of the countries that a document names or that its language stands for."""
    counts: Counter[str] = countries(text, language)
    for country, times in countries(title, language).items():
        counts[country] += _TITLE_WEIGHT * times
    home = _home(language)
    if home:
        counts[home] += 1
    total = sum(counts.values())
    return {country: round(times / total, 4) for country, times in counts.most_common()}


@lru_cache
def _home(language: str) -> str | None:
    from babel.core import get_global

    if language in _HOME_OF_MANY:
        return None
    if language in _EUROPEAN_HOME:
        return _EUROPEAN_HOME[language]
    likely: str = get_global("likely_subtags").get(language, "")
    region = likely.rpartition("_")[2]
    return region if len(region) == 2 else None
