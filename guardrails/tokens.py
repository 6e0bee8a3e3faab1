"""Content words of a text in any language, and how many of them another text has."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import RootModel

from guardrails.folding import fold, primary_language
from guardrails.yamlfile import load_yaml

STEM = 5  # letters two forms of a word have in common
_SHORTEST_STEM = 3
_STOPWORDS_PATH = Path(__file__).with_name("data") / "stopwords.yaml"
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f"
# A run of an unspaced writing, or a word with the vowel signs that Indic and other writings put on letters.
_RUN = re.compile(
    rf"[{_UNSPACED}]+|(?:[^\W\d_{_UNSPACED}][\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963]*)+"
)
_ASCII_RUN = re.compile("[A-Za-z]+")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]")
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_ARABIC_ARTICLE = re.compile(r"^[وفبكل]?(?:ال|لل)(?=...)")


class _Stopwords(RootModel[dict[str, str]]):
    pass


@lru_cache(maxsize=1)
def _all_stop_words() -> dict[str, frozenset[str]]:
    file = load_yaml(_STOPWORDS_PATH, _Stopwords)
    return {language: frozenset(_bare(fold(word)) for word in words.split()) for language, words in file.root.items()}


def stop_words(language: str) -> frozenset[str]:
    """Folded words of ``language`` that carry no content; none for a language that is not listed."""
    return _all_stop_words().get(language, frozenset())


@lru_cache(maxsize=1)
def _every_stop_word() -> frozenset[str]:
    return frozenset().union(*_all_stop_words().values())


@lru_cache(maxsize=256)
def _unwanted(language: str | None) -> frozenset[str]:
    return stop_words(primary_language(language)) if language else _every_stop_word()


def content_words(text: str, language: str | None = None) -> set[str]:
    """Folded words without stop words and numbers; Thai, Chinese and Japanese as pairs of characters.

    :param language: whose stop words to leave out; those of every language when None.
    """
    unwanted = _unwanted(language)
    folded = fold(text)
    if folded.isascii():
        return set(_ASCII_RUN.findall(folded)) - unwanted
    runs = _RUN.findall(folded)
    if not _UNSPACED_RUN.search(folded):
        return {_normal(run) for run in runs} - unwanted
    words: set[str] = set()
    for run in runs:
        if _UNSPACED_RUN.match(run):
            words.update([run[i : i + 2] for i in range(len(run) - 1)] or [run])
        else:
            words.add(_normal(run))
    return words - unwanted


@lru_cache(maxsize=65536)  # few words make up most of what is read
def _normal(run: str) -> str:
    return run if run.isascii() else _ARABIC_ARTICLE.sub("", _bare(run))


def coverage(claim: str, evidence: str, language: str | None = None) -> float:
    """Share (0..1) of the content words of ``claim`` that ``evidence`` has, in any inflection; 0 when it has none."""
    wanted = _wanted(claim, language)
    if not wanted.words:
        return 0.0
    given = _given(evidence, language)
    found = set(wanted.words & given)
    for length, by_stem in wanted.by_stem.items():
        for stem in by_stem.keys() & {word[:length] for word in given}:
            found |= by_stem[stem]
    for beginning in wanted.by_beginning.keys() & given:
        found |= wanted.by_beginning[beginning]
    return len(found) / len(wanted.words)


class _Wanted(NamedTuple):
    """Words that are looked for, and by what else they are found."""

    words: frozenset[str]
    by_stem: dict[int, dict[str, set[str]]]  # how others may begin, by its length: short words whole, as "dni", "dnia"
    by_beginning: dict[str, set[str]]  # shorter words that they may begin with themselves


@lru_cache(maxsize=256)
def _wanted(text: str, language: str | None) -> _Wanted:
    wanted = _Wanted(_given(text, language), {}, {})
    for word in wanted.words:
        if len(word) < _SHORTEST_STEM:
            continue
        stem = word[:STEM]
        wanted.by_stem.setdefault(len(stem), {}).setdefault(stem, set()).add(word)
        for length in range(_SHORTEST_STEM, min(STEM, len(word))):
            wanted.by_beginning.setdefault(word[:length], set()).add(word)
    return wanted


# A question is held against many passages, and a passage against many questions.
@lru_cache(maxsize=4096)
def _given(text: str, language: str | None) -> frozenset[str]:
    """The content words of ``text``."""
    words = content_words(text, language)
    return frozenset(words if text.isascii() or not _DEVANAGARI.search(text) else map(_skeleton, words))


@lru_cache(maxsize=65536)
def _skeleton(word: str) -> str:
    """The consonants of a Devanagari word, whose vowel signs change with the ending; other words as they are."""
    if not _DEVANAGARI.match(word):
        return word
    return "".join(letter for letter in word if not unicodedata.category(letter).startswith("M"))


def _bare(word: str) -> str:
    """Without accents where they are often left out, which is in Latin, Greek and Cyrillic writing."""
    if word.isascii() or not word[0] < "\u0530":
        return word
    return "".join(part for part in unicodedata.normalize("NFD", word) if not unicodedata.combining(part))
