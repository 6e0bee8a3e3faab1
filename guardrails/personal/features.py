"""What the tagger of names and addresses looks at: each word's form, the lists it stands in, and its neighbours."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from guardrails.personal.words import Word, family_names, given_names, name_key

BUCKETS = 1 << 15  # the features' names are hashed into so many columns
_AROUND = 3  # words before and behind


def columns_of(text: str, words: Sequence[Word]) -> list[list[int]]:
    """For each word the columns in which its features stand."""
    known = [_of_word(word.text) for word in words]
    breaks = [_before(text, words, at) for at in range(len(words))]
    return [[_column(name) for name in _features(words, known, breaks, at)] for at in range(len(words))]


def _features(words: Sequence[Word], known: Sequence[tuple[str, ...]], breaks: Sequence[str], at: int) -> Iterator[str]:
    yield "bias"
    key = name_key(words[at].text)
    for size in (2, 3, 4):
        if len(key) > size:
            yield f"ends {key[-size:]}"
    if len(key) > 3:
        yield f"begins {key[:3]}"
    own = known[at]
    yield f"gap {breaks[at]} {own[0]}"
    for offset in range(-_AROUND, _AROUND + 1):
        there = at + offset
        if not 0 <= there < len(words):
            yield f"{offset} none"
            continue
        for feature in known[there]:
            yield f"{offset} {feature}"
        if offset and abs(offset) < _AROUND:
            word = words[there].text
            if not (words[there].capital and there) or word.isupper():
                yield f"{offset} word {name_key(word)}"
                yield f"{offset} word {name_key(word)} {own[0]}"
    if at and at + 1 < len(words):
        yield f"forms {known[at - 1][0]} {own[0]} {known[at + 1][0]}"
        yield f"lists {known[at - 1][-1]} {own[-1]} {known[at + 1][-1]}"


@lru_cache(maxsize=8192)
def _of_word(word: str) -> tuple[str, ...]:
    """Its form first, the lists it stands in last."""
    key = name_key(word)
    lists = f"{'given' if key in given_names() else ''} {'family' if key in family_names() else ''}"
    if word.isdigit():
        return (f"number {min(len(word), 7)}", "")
    if not word[0].isalpha():
        return (word, "")
    form = "small" if word.islower() else "capitals" if word.isupper() and len(word) > 1 else "capital"
    return (f"{form} {min(len(word), 4)}", lists)


def _before(text: str, words: Sequence[Word], at: int) -> str:
    if at == 0:
        return "start"
    between = text[words[at - 1].end : words[at].start]
    return "line" if "\n" in between else "space" if between else "none"


@lru_cache(maxsize=65536)
def _column(name: str) -> int:
    return zlib.crc32(name.encode()) % BUCKETS
