"""Whether a comparison without figures is borne out by the figures of the evidence ("A is cheaper than B").

Whose figure is whose is told twice: by words that stand with it (names, numbers in names, words of the same language),
and by the tokens of what is compared, of which one side is nearer to one figure's clause than the other side is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, RootModel

from guardrails.entailment.forms import UNSPACED, Forms, longest
from guardrails.entailment.parts import Clause, Place, token_mean
from guardrails.entailment.said import Said
from guardrails.folding import fold, primary_language
from guardrails.quantities import Quantity
from guardrails.tokens import content_words
from guardrails.yamlfile import load_yaml

_FILE = Path(__file__).with_name("comparing.yaml")
_LESS = frozenset({"less", "cheap", "fast"})  # of which the figure is the smaller one
# What a figure must be to bear a word out; "less" and "more" may be said of any.
_KINDS = {**dict.fromkeys(("cheap", "dear"), ("amount", "percent")), **dict.fromkeys(("fast", "slow"), ("duration",))}
_ANY = ("amount", "percent", "duration", "number")
_AFTERWARDS = frozenset({"ja", "hi", "tr"})  # "than" stands behind what is compared with
_IN_A_WORD = frozenset({"th"})  # "than" is part of the word for it
_ANYWHERE = frozenset({"zh", "th"})  # "than" may stand before that word
_WORDS_BEFORE = 2  # of what is compared with there
_RUN_BEFORE = re.compile(r"[^がはをにで、,]*$")
_CHOSEN = re.compile(r"(?:の)?(?:ほう|方)[がは]")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}
_LATIN_OR_DIGITS = re.compile(r"[a-z0-9\u00c0-\u024f]+")
_LEAST_STEM = 4  # letters that two forms of a word have in common
_ENDING = 3  # letters in which they may differ
_OF_A_WORD = 0.1  # what a word in common tells, in terms of the tokens' cosines
_TOLD = 0.05  # from which two figures are told apart well enough to speak against a sentence
_WELL_TOLD = 0.1  # and for it


class Comparison(NamedTuple):
    """What a clause compares."""

    is_less: bool  # whether the subject's figure would be the smaller one
    kinds: tuple[str, ...]  # that the figures may be of
    words: str  # for it, as folded
    subject: Place  # in the clause
    other: Place


class Held(NamedTuple):
    """A comparison against the two figures that tell most of it."""

    is_borne_out: bool
    evidence: str  # the clauses with the figures


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    than: str
    less: str
    more: str
    cheap: str
    dear: str
    fast: str
    slow: str


class _Languages(RootModel[dict[str, _Words]]):
    pass


class _Figure(NamedTuple):
    """A stretch of the evidence with one figure, which itself tells nothing of whose it is."""

    at: int  # number of the clause
    words: frozenset[str]
    kind: str
    unit: str | None
    value: Decimal


def compared(clause: Said) -> Comparison | None:
    """What ``clause`` compares with what, where it gives no figure for it and denies nothing."""
    language = primary_language(clause.language)
    folded = fold(clause.text)
    found = longest(_forms(language).find(folded))
    than = [(start, end) for start, end, group in found if group == "than"]
    said = [each for each in found if each[2] != "than"]
    # Before "than" an adjective is a name: the big one is dearer than the small one.
    if language in _AFTERWARDS and than:
        said = [each for each in said if each[0] >= than[0][1]]
    if not said or clause.says("neg") or len({group in _LESS for _, _, group in said}) != 1:
        return None
    start, end, group = max(said, key=lambda each: each[2] not in ("less", "more"))
    sides = _sides(folded, language, end, [(start, end)] if language in _IN_A_WORD else than)
    if sides is None or _is_bound(clause, sides[1], language):
        return None
    return Comparison(group in _LESS, _KINDS.get(group, _ANY), folded[start:end], *sides)


def _sides(folded: str, language: str, end: int, than: Sequence[Place]) -> tuple[Place, Place] | None:
    """Where the subject stands, and what it is compared with."""
    if language not in _AFTERWARDS:
        mark = next((mark for mark in than if language in _ANYWHERE or mark[0] >= end), None)
        return ((0, mark[0]), (mark[1], len(folded))) if mark else None
    mark = next((mark for mark in reversed(than) if mark[1] <= end), None)
    if mark is None:
        return None
    chosen = _CHOSEN.search(folded)
    if chosen and chosen.start() < mark[0]:  # A のほうが B より
        return (0, chosen.start()), (chosen.end(), mark[0])
    other = (_run_start(folded[: mark[0]].rstrip(), language), mark[0])
    return ((mark[1], chosen.start()) if chosen else (0, other[0])), other


def _run_start(before: str, language: str) -> int:
    if language == "ja":
        match = _RUN_BEFORE.search(before)
        return match.start() if match else 0
    words = list(re.finditer(r"\S+", before))
    return words[-_WORDS_BEFORE].start() if len(words) >= _WORDS_BEFORE else 0


def _is_bound(clause: Said, other: Place, language: str) -> bool:
    """Whether it is compared with a figure: "more than 5 kg"."""
    last = other[1] if language in _AFTERWARDS else other[0] + 2
    return any(each.start <= last and each.end > other[0] for each in clause.quantities)


def held_against(comparison: Comparison, claim: Clause, evidence: Sequence[Said]) -> Held | None:
    """What the figures of the evidence say; None where they tell nothing.

    :param evidence: the clauses of the evidence, those of the claim's columns where its tokens are known.
    """
    figures = [each for at, clause in enumerate(evidence) for each in _figures(at, clause, comparison.kinds)]
    text = fold(claim.said.text)
    subject, other = (
        _words(text[start:end], claim.said.language) for start, end in (comparison.subject, comparison.other)
    )
    told, best = _TOLD, None
    for first, second in combinations(figures, 2):
        if (first.kind, first.unit) != (second.kind, second.unit) or first.value == second.value:
            continue
        side = _OF_A_WORD * _side(subject, other, first.words, second.words) + _side_of_tokens(
            comparison, claim, first.at, second.at
        )
        if abs(side) >= told:
            smaller_is_subjects = (first.value < second.value) == (side > 0)
            quoted = "".join(evidence[at].text for at in sorted({first.at, second.at}))
            told, best = abs(side), Held(smaller_is_subjects == comparison.is_less, quoted)
    return best if best is None or not best.is_borne_out or told >= _WELL_TOLD else None


def _side(subject: frozenset[str], other: frozenset[str], first: frozenset[str], second: frozenset[str]) -> int:
    """Above 0 where the first figure is the subject's, below where the second one is; what both have is left out."""
    own, theirs = _without(subject, other), _without(other, subject)
    one, two = _without(first, second), _without(second, first)
    return _shared(own, one) + _shared(theirs, two) - _shared(own, two) - _shared(theirs, one)


def _side_of_tokens(comparison: Comparison, claim: Clause, first: int, second: int) -> float:
    """The same by the tokens, in terms of their cosines; 0 where they are not known or cannot tell."""
    if first == second:
        return 0.0
    subject, other = token_mean(claim, within=comparison.subject), token_mean(claim, within=comparison.other)
    if subject is None or other is None:
        return 0.0
    return float(subject[first] - subject[second] - other[first] + other[second])


def _figures(at: int, clause: Said, kinds: Sequence[str]) -> Iterator[_Figure]:
    """The figures of a clause; where it has several, the words up to each of them are its own."""
    quantities = [each for each in clause.quantities if each.kind in kinds]
    borders = [0, *(each.end for each in quantities[:-1]), len(clause.text)]
    for quantity, begin, until in zip(quantities, borders, borders[1:], strict=False):
        value = _value(quantity)
        if value is not None:
            unit = "second" if quantity.kind == "duration" else quantity.unit
            text = f"{clause.text[begin : quantity.start]} {clause.text[quantity.end : until]}"
            yield _Figure(at, _words(text, clause.language), quantity.kind, unit, value)


def _value(quantity: Quantity) -> Decimal | None:
    if not isinstance(quantity.value, Decimal):
        return None
    return quantity.value * _SECONDS.get(quantity.unit or "", 1) if quantity.kind == "duration" else quantity.value


def _words(text: str, language: str) -> frozenset[str]:
    """Content words, and numbers and Latin words, which names have in any language."""
    return frozenset(content_words(text, language)) | frozenset(_LATIN_OR_DIGITS.findall(fold(text)))


def _without(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if not _has(word, others))


def _shared(words: frozenset[str], others: frozenset[str]) -> int:
    return sum(_has(word, others) for word in words)


def _has(word: str, others: frozenset[str]) -> bool:
    """Whether the word is there, in any inflection."""
    if word in others:
        return True
    if word.isdigit() or UNSPACED.match(word):
        return False
    return any(_stem(word) == each[: len(_stem(word))] or _stem(each) == word[: len(_stem(each))] for each in others)


def _stem(word: str) -> str:
    return word[: max(_LEAST_STEM, len(word) - _ENDING)] if len(word) >= _LEAST_STEM else f"{word} "


@lru_cache(maxsize=32)
def _forms(language: str) -> Forms[str]:
    words = load_yaml(_FILE, _Languages).root.get(language)
    meanings: dict[str, list[str]] = {}
    for group, forms in (words.model_dump() if words else {}).items():
        for form in forms.split(","):
            meanings.setdefault(fold(form.strip()), []).append(group)
    return Forms(meanings)
