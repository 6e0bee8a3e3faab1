"""Look up many words and phrases in a folded text at once; every place where one stands is found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")
# Chinese, Japanese and Thai put no spaces between words.
UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]")
# Arabic writes "and", "so", "with", "to", "like" and the article on the word itself.
_CLITICS = frozenset(
    f"{before}{article}" for before in ("", "و", "ف", "ب", "ل", "ك", "وب", "ول") for article in ("", "ال")
) | {"لل", "ولل"}
_LONGEST_CLITIC = 4


class Forms(Generic[Meaning]):
    """Folded forms with what they mean; a form that ends with ``*`` takes any ending."""

    def __init__(self, meanings: Mapping[str, Sequence[Meaning]]) -> None:
        self._whole = {form: found for form, found in meanings.items() if not form.endswith("*")}
        self._stems = {form.rstrip("*"): found for form, found in meanings.items() if form.endswith("*")}
        lengths: dict[str, set[int]] = {}
        for form in (*self._whole, *self._stems):
            lengths.setdefault(form[0], set()).add(len(form))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, int, Meaning]]:
        """Start, end and meaning of every form in the folded ``text``, by start, the longest form first."""
        for start in range(len(text)):
            lengths = self._lengths.get(text[start])
            if lengths and _starts(text, start):
                yield from self._at(text, start, lengths)

    def _at(self, text: str, start: int, lengths: Sequence[int]) -> Iterator[tuple[int, int, Meaning]]:
        for length in lengths:
            end = start + length
            form = text[start:end].replace("\n", " ")
            if form in self._whole and _ends(text, end):
                yield from ((start, end, meaning) for meaning in self._whole[form])
            if form in self._stems:
                while end < len(text) and _in_word(text[end]):
                    end += 1
                yield from ((start, end, meaning) for meaning in self._stems[form])


def _starts(text: str, position: int) -> bool:
    if position == 0 or not _in_word(text[position]) or not _in_word(text[position - 1]):
        return True
    if not "\u0620" <= text[position] <= "\u06d3":
        return False
    start = position
    while start > 0 and position - start <= _LONGEST_CLITIC and _in_word(text[start - 1]):
        start -= 1
    return text[start:position] in _CLITICS


def _ends(text: str, end: int) -> bool:
    return end >= len(text) or not _in_word(text[end - 1]) or not _in_word(text[end])


def _in_word(character: str) -> bool:
    """Whether it is a letter, digit or vowel sign of a writing that has spaces between words."""
    return (character.isalnum() or unicodedata.category(character)[0] == "M") and not UNSPACED.match(character)
