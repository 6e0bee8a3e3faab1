"""Words of a text with their places, and the lists of names that they may stand in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’]*|\d+|[^\s\w]")
_ACCENTS = regex.compile(r"[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number or a mark."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper() or self.text[0].istitle()


def words_of(text: str) -> list[Word]:
    """In the order of the text; a possessive's ``'s`` is left out."""
    return [Word(_bare(match[0]), match.start()) for match in _WORD.finditer(text)]


def name_key(word: str) -> str:
    """The form that the lists have: small letters without accents."""
    low = word.casefold().replace("’", "'")
    if low.isascii():
        return low
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", low)))


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names as :func:`name_key` has them."""
    return _listed("given_names.txt")


@lru_cache(maxsize=1)
def family_names() -> frozenset[str]:
    """Family names that are no given names, as :func:`name_key` has them."""
    return _listed("family_names.txt")


def _listed(file: str) -> frozenset[str]:
    lines = Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _bare(word: str) -> str:
    return word[:-2] if len(word) > 2 and word[-2:] in ("'s", "’s") else word
