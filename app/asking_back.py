"""Ask back: the question names no country, and the papers that come nearest to it are for different ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.answers import AskedBack, Choice
from app.followups.places import country_name
from app.retrieval.passages import Passage
from app.retrieval.scoring import OWN_LANGUAGE_WEIGHT
from app.retrieval.validity import main_countries
from prompts.library import phrase

COUNTRY_OPEN = "country-open"  # why there is no answer yet: nothing is near enough as long as none is named
_NEAR = 0.06  # score points behind the best passage: what is further off would not be the answer anyway
_NEAR_AT_HOME = 0.08  # the same where papers in the asker's language are not held back behind those in others
_NARROW = 3  # countries that a paper for some of them is about; one for more is the company's rule
_MOST = 6


def asked_back(
    question: str, language: str, passages: Sequence[Passage], others: Sequence[Passage] = ()
) -> AskedBack | None:
    """What to ask, and what may be chosen; None where the answer does not depend on the country.

    :param question: self-contained.
    :param passages: that the asker may read and the answer may rest on.
    :param others: what was found beside them.
    """
    choices = [
        Choice(country=country, label=name, question=f"{question} ({name})")
        for country in countries_meant(passages, others)[:_MOST]
        if (name := country_name(country, language))
    ]
    return AskedBack(text=phrase("which_country", language), choices=tuple(choices)) if len(choices) > 1 else None


def countries_meant(passages: Sequence[Passage], others: Sequence[Passage] = ()) -> list[str]:
    """ISO codes of the countries for which the nearest papers are, nearest first.

    None where the question names a country, where the nearest paper is the company's rule or fewer than two are for
    some countries alone, and where one country has them all: then it does not matter which is meant. Whoever asks in
    Spanish mostly means a country where it is spoken, so papers in the question's language are looked at first.
    """
    if not passages or any(passage.score.named for passage in passages):
        return []
    return _of_the_nearest([*passages, *others], _at_home, _NEAR_AT_HOME) or _of_the_nearest(passages, _total, _NEAR)


def _total(passage: Passage) -> float:
    return passage.score.total


def _at_home(passage: Passage) -> float:
    return passage.score.total - OWN_LANGUAGE_WEIGHT * passage.score.own_language


def _of_the_nearest(passages: Sequence[Passage], score: Callable[[Passage], float], near: float) -> list[str]:
    ranked = sorted(passages, key=lambda passage: -score(passage))
    least = score(ranked[0]) - near
    versions = [each.chunk.version for each in ranked if score(each) >= least and not each.is_history]
    papers = {version.document_id: main_countries(version) for version in versions}
    narrow = [countries for countries in papers.values() if 0 < len(countries) <= _NARROW]
    if len(set(narrow)) < 2 or next(iter(papers.values())) != narrow[0] or frozenset.intersection(*narrow):
        return []
    return list(dict.fromkeys(country for countries in narrow for country in sorted(countries)))
