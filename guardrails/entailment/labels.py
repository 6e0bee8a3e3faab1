"""What a clause is about, as far as names tell it in any language: "Plan S", "the Gold card", "P1".

Papers say one thing of several of a kind, each under its name. What is written in Latin letters is spelled alike in
every language. A clause that names none goes on about what the clause before it names, and the first one of a passage
about what stands over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from guardrails.entailment.names import NOUNS_WITH_CAPITALS, OTHER_SCRIPT
from guardrails.entailment.said import Said
from guardrails.folding import fold, primary_language
from guardrails.tokens import stop_words

_LATIN = "A-Za-z0-9\u00c0-\u024f"
_WORD = re.compile(rf"(?<![{_LATIN}])[{_LATIN}]+(?![{_LATIN}])")
_BESIDE = re.compile(r"[^\W\d_]+")


class Label(NamedTuple):
    """A name where it stands in a clause."""

    name: str  # folded
    form: str  # "letter", "code", "capitals" or "word"
    beside: frozenset[str]  # the words before and behind it, folded
    start: int
    end: int


class Topics(NamedTuple):
    """The names that each clause is about."""

    claim: list[frozenset[str]]
    evidence: list[frozenset[str]]


def topics(claim: Sequence[Said], evidence: Sequence[Sequence[Said]], titles: Sequence[str]) -> Topics:
    """Of the names that the claim shares with the evidence, and their like there, those that each clause is about.

    :param claim: the clauses of a sentence.
    :param evidence: those of each passage.
    :param titles: what stands over each passage.
    """
    said = [each for passage in evidence for each in passage]
    over = [frozenset(fold(word) for word in _WORD.findall(title)) for title in titles]
    there = [label for clause in said for label in labels(clause)]
    own = {label.name for clause in claim for label in labels(clause)}
    own &= {label.name for label in there}.union(*over)
    known = own | _rivals([label for label in there if label.name in own], there)
    if known == own and len(own) < 2:  # nothing that it could be said of instead
        return Topics([frozenset()] * len(claim), [frozenset()] * len(said))
    scopes: list[frozenset[str]] = []
    for passage, names in zip(evidence, over, strict=True):
        scopes += _carried([_names(clause, known) for clause in passage], names & known)
    return Topics([_names(clause, own) for clause in claim], scopes)


@lru_cache(maxsize=2048)
def labels(clause: Said) -> tuple[Label, ...]:
    """The names in a clause: no ordinary words, as far as capitals tell, and no units."""
    language = primary_language(clause.language)
    found = []
    for match in _WORD.finditer(clause.text):
        word, start, end = match.group(), *match.span()
        if any(each.start < end and start < each.end and each.kind != "code" for each in clause.quantities):
            continue
        form = _form(word)
        if form == "word" and not _is_name(clause.text, start, word, language):
            continue
        if form:
            found.append(Label(fold(word), form, _beside(clause.text, start, end, language), start, end))
    return tuple(found)


def _rivals(own: Sequence[Label], evidence: Iterable[Label]) -> set[str]:
    """The names in the evidence that are of the form of a given one, or stand beside the same word."""
    forms = {label.form for label in own}
    beside = frozenset().union(*(label.beside for label in own))
    return {label.name for label in evidence if label.form in forms or not beside.isdisjoint(label.beside)}


def _form(word: str) -> str:
    """Empty for an ordinary word and for a number."""
    if word.isdigit() or word.islower():
        return ""
    if not word.isalpha():
        return "code"
    if word[1:].lower() != word[1:]:
        return "capitals"
    return "word" if len(word) > 1 else "letter"


def _is_name(text: str, start: int, word: str, language: str) -> bool:
    """Whether its capital is neither that of a beginning nor that of a noun."""
    before = text[:start].rstrip()
    if language in OTHER_SCRIPT:
        return True
    if not before or fold(word) in stop_words(language):
        return False
    if language not in NOUNS_WITH_CAPITALS:
        return True
    noun = next(iter(_BESIDE.findall(before)[-1:]), "")  # "Tarif Basis", but "Im Tarif"
    return before.endswith(noun) and noun[:1].isupper() and fold(noun) not in stop_words(language)


def _beside(text: str, start: int, end: int, language: str) -> frozenset[str]:
    before, after = _BESIDE.findall(text[:start]), _BESIDE.match(text[end:].lstrip())
    words = {fold(word) for word in (*before[-1:], *([after.group()] if after else ()))}
    return frozenset(words - stop_words(language))


def _names(clause: Said, known: set[str]) -> frozenset[str]:
    return frozenset(label.name for label in labels(clause)) & known


def _carried(named: Sequence[frozenset[str]], last: frozenset[str]) -> list[frozenset[str]]:
    carried = []
    for names in named:
        last = names or last
        carried.append(last)
    return carried
