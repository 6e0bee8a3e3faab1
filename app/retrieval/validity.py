"""For which countries what a document says holds."""

from __future__ import annotations

from functools import lru_cache

from ingest.ledger.reading import VersionInfo
from ingest.places import countries

_AS_MUCH = 0.5  # of the share of the country that the document is most about


def main_countries(version: VersionInfo) -> frozenset[str]:
    """The countries that a document is about as much as about any; none where it names no country.

    A paper for six countries names each about as often. One that it names in passing is not what it is about.
    """
    shares = version.countries
    most = max(shares.values(), default=0.0)
    return frozenset(country for country, share in shares.items() if share >= _AS_MUCH * most)


@lru_cache(maxsize=2048)  # the passages of one question are held against each other many times
def countries_named(text: str, language: str) -> frozenset[str]:
    """The countries that ``text`` names, ISO 3166-1."""
    return frozenset(countries(text, language))
