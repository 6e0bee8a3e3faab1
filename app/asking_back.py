"""Ask back: the question names no country, and the papers that come nearest to it are for different ones."""

from __future__ import annotations

from collections.abc import Sequence

from app.answers import AskedBack, Choice
from app.followups.places import country_name
from app.retrieval.passages import Passage
from app.retrieval.validity import main_countries
from prompts.library import phrase

COUNTRY_OPEN = "country-open"  # why there is no answer yet: nothing is near enough as long as none is named
_NEAR = 0.06  # score points behind the best passage: what is further off would not be the answer anyway
_NARROW = 3  # countries that a paper for some of them is about; one for more is the company's rule
_MOST = 6


def asked_back(question: str, language: str, passages: Sequence[Passage]) -> AskedBack | None:
    """What to ask, and what may be chosen; None where the answer does not depend on the country.

    :param question: self-contained.
    :param passages: that the asker may read and the answer may rest on.
    """
    choices = [
        Choice(country=country, label=name, question=f"{question} ({name})")
        for country in countries_meant(passages)[:_MOST]
        if (name := country_name(country, language))
    ]
    return AskedBack(text=phrase("which_country", language), choices=tuple(choices)) if len(choices) > 1 else None


def countries_meant(passages: Sequence[Passage]) -> list[str]:
    """ISO codes of the countries for which the nearest papers are, nearest first.

    None where the question names a country, where fewer than two papers are for some countries alone, and where one
    country has them all: then it does not matter which is meant.
    """
    if not passages or any(passage.score.named for passage in passages):
        return []
    ranked = sorted(passages, key=lambda passage: -passage.score.total)
    versions = [
        each.chunk.version
        for each in ranked
        if each.score.total >= ranked[0].score.total - _NEAR and not each.is_history
    ]
    papers = {version.document_id: main_countries(version) for version in versions}
    narrow = [countries for countries in papers.values() if 0 < len(countries) <= _NARROW]
    if len(set(narrow)) < 2 or frozenset.intersection(*narrow):
        return []
    return list(dict.fromkeys(country for countries in narrow for country in sorted(countries)))
