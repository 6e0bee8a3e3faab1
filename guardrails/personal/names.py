"""Names of people: where something says that a name follows, and names that are widely known as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import regex

from guardrails.personal.spans import PERSON, PersonalSpan
from guardrails.personal.uncased import uncased_names
from guardrails.personal.words import Word, family_names, given_names, name_key, words_of
from guardrails.sections import Section
from guardrails.yamlfile import load_yaml

_PATH = Path(__file__).with_name("names.yaml")
_INTRODUCED, _KNOWN = 0.85, 0.6
_MOST_WORDS = 4


class _Names(Section):
    """What ``names.yaml`` says."""

    introductions: tuple[str, ...]
    titles: tuple[str, ...]
    salutations: tuple[str, ...]
    closings: tuple[str, ...]
    labels: tuple[str, ...]
    suffixes: tuple[str, ...]
    surnames: str
    particles: tuple[str, ...]
    not_names: dict[str, tuple[str, ...]]


class NameRecognizer:
    """Finds names by what stands around them, in all languages.

    :param known: by the lists of given names, too.
    """

    def __init__(self, known: bool) -> None:
        self._known = known

    def find(self, text: str) -> list[PersonalSpan]:
        """Where a name stands."""
        found = [PersonalSpan(start, end, PERSON, _INTRODUCED) for start, end in _introduced(text)]
        known = [*_known(text), *uncased_names(text)] if self._known else ()
        return found + [PersonalSpan(start, end, PERSON, _KNOWN) for start, end in known]


def _introduced(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span("name")
            start, end = _trimmed(text, start, end)
            if end > start:
                yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without what is never part of a name; empty where nothing is left."""
    words = [word for word in words_of(text[start:end]) if word.text[0].isalpha()]
    for at, word in enumerate(words):
        if name_key(word.text) in _never():
            if at == 0 or (at < len(words) - 1 and name_key(word.text) in _particles()):
                if at == 0:
                    return start, start
                continue
            words = words[:at]
            break
    while words and name_key(words[-1].text) in _particles() and not words[-1].capital:
        words.pop()
    if not words:
        return start, start
    last = words[-1]
    return start + words[0].start, start + last.end


def _known(text: str) -> Iterator[tuple[int, int]]:
    """Given names of the list, with the capitalised words around them."""
    words = words_of(text)
    at = 0
    while at < len(words):
        if not _is_given(words[at]):
            at += 1
            continue
        first = last = at
        while last + 1 < len(words) and last - first < _MOST_WORDS and _goes_on(text, words, last):
            last += 1
        while last > first and not words[last].capital:
            last -= 1
        while first > 0 and last - first < _MOST_WORDS and _leads_on(text, words, first):
            first -= 1
        yield words[first].start, words[last].end
        at = last + 1


def _is_given(word: Word) -> bool:
    key = name_key(word.text)
    return word.capital and len(word.text) > 2 and key in given_names() and key not in _never()


def _goes_on(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether the name goes on behind ``words[at]``: a capitalised word, an initial, a small word inside a name."""
    word, after = words[at], words[at + 1]
    between = text[word.end : after.start]
    if after.text in ".-’'" and (len(word.text) == 1 or after.text == "-") and not between:
        return at + 2 < len(words) and words[at + 2].capital
    if between not in ("", " ", "  ") or not after.text[0].isalpha():
        return False
    if not between and word.text not in ".-":
        return False
    key = name_key(after.text)
    if key in _particles() and not after.capital:
        return at + 2 < len(words) and words[at + 2].capital
    return after.capital and key not in _never() and not (after.text.isupper() and len(after.text) > 2)


def _leads_on(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether the name begins before ``words[at]``: with a name of the lists, or an initial."""
    before = words[at - 1]
    if text[before.end : words[at].start] not in (" ", "") or not before.capital:
        return False
    key = name_key(before.text)
    return key not in _never() and (key in given_names() or key in family_names())


@lru_cache(maxsize=1)
def _load() -> _Names:
    return load_yaml(_PATH, _Names)


@lru_cache(maxsize=1)
def _never() -> frozenset[str]:
    return frozenset(name_key(word) for of_language in _load().not_names.values() for word in of_language)


@lru_cache(maxsize=1)
def _particles() -> frozenset[str]:
    return frozenset(_load().particles)


@lru_cache(maxsize=1)
def _patterns() -> tuple[regex.Pattern[str], ...]:
    names = _load()
    small = "|".join(map(regex.escape, sorted(names.particles, key=len, reverse=True)))
    word = r"(?-i:[\p{Lu}\p{Lt}])[\p{L}\p{M}'’]*(?:-(?-i:\p{Lu})[\p{L}'’]+)?\.?"
    name = rf"(?P<name>{word}(?: (?:(?:{small}) )*{word}){{0,3}})"
    # In small letters, or of a script without them: two words at most, since nothing says where the name ends.
    loose = r"[\p{L}\p{M}][\p{L}\p{M}'’-]*\.?(?: [\p{L}\p{M}][\p{L}\p{M}'’-]*\.?)?"
    either = rf"(?:{name[:-1].replace('(?P<name>', '(?P<name>(?:')})|{loose}))"
    forms = (
        *names.introductions,
        *names.titles,
        *names.salutations,
        *names.closings,
        *names.labels,
        *names.suffixes,
    )
    return tuple(
        regex.compile(
            form.replace("{name}", name).replace("{any}", either).replace("{surnames}", names.surnames),
            regex.IGNORECASE | regex.MULTILINE,
        )
        for form in forms
    )
