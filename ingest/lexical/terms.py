"""Text into terms: what an entry is found by, and what a question looks for.

A word is a term of its language (``de:versand``): the same letters are another word elsewhere, and how rare a word is
can only be told inside its language. An identifier is a term of no language (``=a10293``) and is found from any.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.lexical.folding import bare, compose, lower
from ingest.lexical.identifiers import identifiers
from ingest.lexical.segmenting import segments
from ingest.lexical.stemming import LONGEST_WORD, stems

ANALYSIS = "1"  # goes up with every change of what terms a text has; part of each entry's digest
_ACCENTS_TELL_WORDS_APART = frozenset({"vi"})
_SHORTEST_NAME = 3


def primary_language(tag: str) -> str:
    """The language of a tag: ``pt`` of ``pt-BR``; ``und`` of an empty one."""
    letters = tag.replace("_", "-").split("-")[0].strip().lower()
    return letters if letters.isascii() and letters.isalpha() else "und"


def entry_terms(text: str, language: str) -> tuple[list[str], list[str]]:
    """The words and the identifiers of an entry, as often as it has them."""
    key = primary_language(language)
    composed = compose(text)
    words = _words(composed, key)
    if key in _ACCENTS_TELL_WORDS_APART:
        words += [f"~{bare(word)}" for word in words]
    return [f"{key}:{word}" for word in words], [f"={name}" for name in identifiers(composed)]


def question_terms(text: str, language: str) -> tuple[list[str], list[str]]:
    """The words and the identifiers to look for, each once; a word may also be part of an identifier: ``Lumo``."""
    key = primary_language(language)
    composed = compose(text)
    words = _words(composed, key)
    if key in _ACCENTS_TELL_WORDS_APART and composed.isascii():  # typed without accents
        words = [f"~{word}" for word in words]
    names = (word for word, inflects in segments(composed.lower()) if inflects and word.isascii())
    found = [*identifiers(composed), *(name for name in names if _SHORTEST_NAME <= len(name) <= LONGEST_WORD)]
    return list(dict.fromkeys(f"{key}:{word}" for word in words)), list(dict.fromkeys(f"={name}" for name in found))


def _words(composed: str, language: str) -> list[str]:
    accents_stay = language in _ACCENTS_TELL_WORDS_APART
    found = [(word[:LONGEST_WORD], inflects) for word, inflects in segments(lower(composed, language))]
    stemmed = iter(stems([word for word, inflects in found if inflects], language))
    return [form if accents_stay else bare(form) for form in _in_order(found, stemmed) if form]


def _in_order(found: list[tuple[str, bool]], stemmed: Iterator[str]) -> Iterator[str]:
    for word, inflects in found:
        yield (next(stemmed) or word) if inflects else word
