"""The names that places have, by language, from CLDR, the stems in ``words/`` and the cities in ``cities.tsv``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from ingest.errors import IngestError
from ingest.yaml_text import read_yaml

CITIES = Path(__file__).with_name("cities.tsv")
_WORDS = Path(__file__).parent / "words"
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AQ", "BV", "HM", "TF", "UM"})
# Short names of small places that are words or names of things elsewhere.
_MISLEADING = frozenset({"BN", "ME", "GG", "JE", "CC", "CX", "NF", "NU", "TD", "ML", "GE", "JO"})
NO_COUNTRY = "none"  # in ``words/``: of continents that are called after a country, and of words that look like one


@dataclass(frozen=True)
class Gazetteer:
    """Names of one language, casefolded: whole names, and stems that inflected words begin with."""

    names: dict[str, str]
    stems: dict[str, str]

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """The stems of several words, the longest first."""
        return tuple(sorted((stem for stem in self.stems if " " in stem), key=len, reverse=True))

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The first two characters of names, stems and cities."""
        return frozenset(name[:2] for name in (*self.names, *self.stems, *cities()))

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Those that names and stems of several words begin with."""
        return _first_words((*self.names, *self.stems))


@cache
def gazetteer(language: str) -> Gazetteer:
    """What countries are called in ``language`` (ISO 639-1); in English where CLDR does not know it.

    :raises IngestError: a data file is malformed.
    """
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    names = {
        str(name).casefold(): code
        for code, name in locale.territories.items()
        if len(code) == 2 and code not in _NOT_COUNTRIES | _MISLEADING
    }
    stems: dict[str, str] = {}
    for country, entries in _words(language).items():
        for entry in entries:
            if entry.endswith("$"):
                names[entry[:-1]] = country
            else:
                stems[entry] = country
    return Gazetteer(names, stems)


@cache
def cities() -> dict[str, tuple[str, ...]]:
    """City names, as written in any script, to ISO 3166-1 codes, the country of the largest city first."""
    lines = CITIES.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: tuple(owners.split(",")) for owners, name in rows}


@cache
def first_words_of_cities() -> frozenset[str]:
    """Those that names of several words begin with."""
    return _first_words(cities())


def _first_words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.partition(" ")[0] for name in names if " " in name)


def _words(language: str) -> dict[str, list[str]]:
    file = _WORDS / f"{language}.yaml"
    if not file.exists():
        return {}
    read = read_yaml(file.read_text(encoding="utf-8"))
    if not isinstance(read, dict) or not all(isinstance(entries, list) for entries in read.values()):
        raise IngestError(f"places/words/{file.name}: a list of stems for each country is wanted")
    return {str(country): [str(entry).casefold() for entry in entries] for country, entries in read.items()}
