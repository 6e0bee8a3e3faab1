"""Which versions are about a country, known without asking the ledger for every question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.retrieval.scoring import country_match


class CountryIndex:
    """The versions about each country.

    It holds keys alone, and those of every asker: whoever takes them asks the ledger which may be read.

    :param shares: of the countries that each version is about, by version key.
    """

    def __init__(self, shares: Iterable[tuple[str, Mapping[str, float]]]) -> None:
        self._keys: dict[str, list[str]] = {}
        for key, about in shares:
            for country in about:
                if country_match((country,), about):
                    self._keys.setdefault(country, []).append(key)

    def versions(self, countries: Iterable[str]) -> list[str]:
        """Keys of the versions about any of ``countries``."""
        return list(dict.fromkeys(key for country in sorted(countries) for key in self._keys.get(country, ())))
