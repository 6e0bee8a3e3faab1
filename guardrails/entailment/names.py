"""Names of products, firms and services in a sentence that the evidence does not have."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from guardrails.folding import fold, primary_language
from guardrails.tokens import stop_words

_LETTERS = r"A-Za-z0-9\u00c0-\u024f"
_WORD = re.compile(rf"(?<![{_LETTERS}.@/])(?!\d)[{_LETTERS}]+(?:[-.&'][{_LETTERS}]+)*")
NOUNS_WITH_CAPITALS = frozenset({"de", "lb"})
_SENTENCE_START = re.compile(r"(?:^|[.!?:;•\n\"“„«(–-])\s*$")
_STEM = 5
OTHER_SCRIPT = frozenset({"ar", "fa", "he", "hi", "ja", "ko", "ru", "th", "uk", "ur", "zh", "el", "bg", "bn", "ta"})


def missing_names(claim: str, language: str, evidence: str, evidence_language: str) -> list[str]:
    """The names of ``claim`` that ``evidence`` does not have.

    A word counts as a name for its capitals, within one language; across languages only for capitals inside it, or
    as a Latin word in another script, and only where the evidence has Latin words at all: it may be transliterated.
    """
    given, latin = _words_of(evidence)
    if not latin:
        return []
    same = primary_language(language) == primary_language(evidence_language)
    return [
        name
        for name in _names(claim, primary_language(language), same)
        if not any(_bare(part)[:_STEM] in given for part in re.split(r"[-.&']", name) if part)
        and not any(_bare(name) in word for word in latin)
    ]


def _names(text: str, language: str, same: bool) -> list[str]:
    stop = stop_words(language)
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        letters = sum(map(str.isalpha, word))
        if letters < 2 or fold(word) in stop:
            continue
        upper = sum(map(str.isupper, word))
        odd = upper >= 2 or (upper == 1 and not word[0].isupper())
        begins = bool(_SENTENCE_START.search(text[: match.start()]))
        capital = word[0].isupper() and not begins and language not in NOUNS_WITH_CAPITALS
        if odd or (same and capital) or (language in OTHER_SCRIPT and word[0].isupper()):
            found.append(word)
    return found


@lru_cache(maxsize=256)
def _words_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the Latin words of a text, and the words."""
    words = frozenset(_bare(match.group()) for match in _WORD.finditer(text))
    stems = {part[:_STEM] for word in words for part in re.split(r"[-.&']", word) if part}
    return frozenset(stems), words


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", fold(word))
    return "".join(part for part in decomposed if not unicodedata.combining(part))
