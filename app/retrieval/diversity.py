"""A list of passages that say different things.

What is in the papers twice, as an old copy, as the same paragraph of several documents or as a ticket that was opened
twice, would fill the list and push out what else is known. Only what says nothing new is left out: regional rules that
differ in an amount, a deadline, a country, a code or a "not" are different answers, however alike their words are.
Translations are kept, because a document speaks for the country of its language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from app.retrieval.passages import Passage
from app.retrieval.scoring import identifiers
from app.retrieval.validity import countries_named, main_countries
from guardrails.folding import fold
from guardrails.quantities import find_quantities, unmatched
from guardrails.tokens import content_words
from ingest.chunk_vectors import wholes

_SAME_VECTOR = 0.97  # cosine of two sentences that differ in a word or two
_SAME_WORDS = 0.8  # of the words of both, those that they share
_NEAR = 0.5  # cosine of two chunks below which none of this is looked at
_WORD = re.compile(r"[^\W_]+")


def diverse(passages: Sequence[Passage], k: int, most_history: int) -> list[Passage]:
    """The ``k`` best of ``passages``, which come best first; each holds under ``similar`` what it took the place of.

    :param most_history: how many of them may be a customer's own tickets.
    """
    near = _near(passages)
    chosen: dict[int, list[Passage]] = {}
    history = 0
    for at, passage in enumerate(passages):
        if len(chosen) == k:
            break
        standing = next((i for i in chosen if near[at][i] and says_nothing_new(passage, passages[i])), None)
        if standing is not None:
            chosen[standing].append(passage)
        elif not (passage.is_history and history >= most_history):
            history += passage.is_history
            chosen[at] = []
    return [replace(passages[at], similar=tuple(others)) if others else passages[at] for at, others in chosen.items()]


def _near(passages: Sequence[Passage]) -> list[list[bool]]:
    """Which passages are near enough to be looked at word by word, all with all."""
    kept = [passage.vectors for passage in passages if passage.vectors is not None]
    if len(kept) < len(passages) or not kept:
        return [[False] * len(passages) for _ in passages]
    rows = wholes(kept)
    result: list[list[bool]] = (rows @ rows.T >= _NEAR).tolist()
    return result


def says_nothing_new(passage: Passage, other: Passage) -> bool:
    """Whether every sentence or row of ``passage`` stands in ``other``, with its numbers and for its countries."""
    mine, theirs = passage.vectors, other.vectors
    if mine is None or theirs is None or passage.language != other.language:
        return False
    held = other.units
    alike: list[tuple[str, list[str]]] = []
    for unit, vector in zip(passage.units, mine.units, strict=True):
        cosines = (theirs.units @ vector).tolist()
        near = [text for text, cosine in zip(held, cosines, strict=True) if _may_be_same(unit, text, cosine)]
        if not near:
            return False
        alike.append((unit, near))
    # Countries and amounts are looked for in few.
    return _speak_for_the_same(passage, other) and all(
        any(_same(unit, text, passage.language) for text in near) for unit, near in alike
    )


def _speak_for_the_same(passage: Passage, other: Passage) -> bool:
    """Whether what they say holds for the same country and customer, and is as much a rule or as little."""
    mine, theirs = passage.chunk.version, other.chunk.version
    return (
        (mine.customer_id, mine.audience, passage.is_history) == (theirs.customer_id, theirs.audience, other.is_history)
        and main_countries(mine) == main_countries(theirs)
        and _named(passage) == _named(other)
    )


def _named(passage: Passage) -> frozenset[str]:
    return countries_named(passage.text, passage.language)


def _may_be_same(unit: str, other: str, cosine: float) -> bool:
    return cosine >= _SAME_VECTOR or _words(unit) == _words(other)


def _same(unit: str, other: str, language: str) -> bool:
    """Whether two sentences that are near say the same."""
    mine, theirs = _words(unit), _words(other)
    if mine == theirs:
        return True
    mine_counted, theirs_counted = Counter(mine), Counter(theirs)
    shared, both = mine_counted & theirs_counted, mine_counted | theirs_counted
    if shared.total() < _SAME_WORDS * both.total():
        return False
    # Small words turn a rule round: not, only, before, with.
    different = " ".join((both - shared).elements())
    return (
        set(_words(different)) <= content_words(different, language)
        and identifiers(unit) == identifiers(other)
        and countries_named(unit, language) == countries_named(other, language)
        and not _differing_quantities(unit, other, language)
    )


def _differing_quantities(unit: str, other: str, language: str) -> bool:
    mine, theirs = find_quantities(unit, language), find_quantities(other, language)
    return bool(unmatched(mine, theirs) or unmatched(theirs, mine))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))
