"""Turns of phrase by name and language, kept in data files and found whatever the spelling.

A pattern is a regular expression in lower case that is held against the folded text without accents. A space stands
for any space, `` ?`` for any or none, `` … `` for up to four words between (``…`` for up to twelve characters in
writing without spaces).
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import regex
from pydantic import AfterValidator, RootModel

from guardrails.folding import fold
from guardrails.yamlfile import load_yaml

_UNSPACED = frozenset({"ja", "th", "zh"})
_JOINED = {"ar": "[وف]?", "he": "[ושכ]?"}  # "and", "so", "that" are written together with the word
# A letter of the writing has to be in the text for the patterns of the language to be tried: that is most of the time.
_LETTER = {
    **dict.fromkeys(("ru", "uk", "bg"), "[\u0400-\u04ff]"),
    **dict.fromkeys(("ja", "zh"), "[\u3040-\u9fff]"),
    **dict.fromkeys(("ar", "fa"), "[\u0600-\u06ff]"),
    "el": "[\u0370-\u03ff]",
    "he": "[\u0590-\u05ff]",
    "hi": "[\u0900-\u097f]",
    "th": "[\u0e00-\u0e7f]",
    "ko": "[\uac00-\ud7a3]",
}
_LONGEST = 2000  # characters looked at; no sentence and few questions are longer
# Of a pattern that never comes to an end. ``regex`` counts the processor time of the whole process, whatever its other
# threads are doing: with all processors at work this is two seconds.
_TIMEOUT_S = 2.0 * (os.cpu_count() or 1)


def _readable(pattern: str) -> str:
    try:
        regex.compile(_expression("", [pattern]))
    except regex.error as error:
        raise ValueError(f"this is no pattern: {error}") from None
    return pattern


class CueFile(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """Patterns by name and by the language they are written in."""


class CheckedCueFile(RootModel[dict[str, dict[str, tuple[Annotated[str, AfterValidator(_readable)], ...]]]]):
    """The same, every pattern tried: it takes a second, and so is for those who edit a file."""


class Cues:
    """The patterns of a data file, those of all languages at once: people mix languages, and so do models."""

    def __init__(self, patterns: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._by_name = {name: _by_letter(languages) for name, languages in patterns.items()}

    @classmethod
    def load(cls, path: Path) -> Cues:
        """The patterns in ``path``.

        :raises PolicyError: with the file and the line, when it does not fit; a pattern is tried when it is needed.
        """
        return cls(load_yaml(path, CueFile).root)

    @classmethod
    def checked(cls, path: Path) -> Cues:
        """The patterns in ``path``, every one of them tried.

        :raises PolicyError: with the file and the line, when it does not fit.
        """
        return cls(load_yaml(path, CheckedCueFile).root)

    def found(self, text: str) -> dict[str, str]:
        """The names of which ``text`` has a pattern, with the words that match, as they are looked up.

        :raises TimeoutError: a pattern takes too long on this text.
        """
        looked_up = plain(text[:_LONGEST])
        matches = ((name, self._match(name, looked_up)) for name in self._by_name)
        return {name: words for name, words in matches if words is not None}

    def has(self, name: str, text: str) -> bool:
        """Whether ``text`` has a pattern of this name."""
        return self._match(name, plain(text[:_LONGEST])) is not None

    def _match(self, name: str, text: str) -> str | None:
        for letter, expression in self._by_name[name].items():
            if _compiled(letter).search(text):
                match = _compiled(expression).search(text, timeout=_TIMEOUT_S)
                if match:
                    words: str = match.group()
                    return words
        return None


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> regex.Pattern[str]:
    """Compiled when a text has a letter of the writing: all of them together would keep the first question waiting."""
    return regex.compile(expression)


def _by_letter(languages: Mapping[str, Sequence[str]]) -> dict[str, str]:
    groups: dict[str, list[str]] = {}
    for language, patterns in languages.items():
        groups.setdefault(_LETTER.get(language, "[a-z]"), []).append(_expression(language, patterns))
    return {letter: "|".join(expressions) for letter, expressions in groups.items()}


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """``text`` folded, on one line, without the accents that many leave out."""
    parts = unicodedata.normalize("NFD", fold(text).replace("\n", " "))
    return unicodedata.normalize("NFC", "".join(part for part in parts if not "\u0300" <= part <= "\u036f"))


def _expression(language: str, patterns: Sequence[str]) -> str:
    either = "|".join(map(_plain_pattern, patterns))
    if language in _UNSPACED:
        return f"(?:{either.replace('…', '.{0,12}?')})"
    spaced = either.replace(" … ", r"\s+(?:[^\s.!?;]+\s+){0,4}?").replace(" ?", r"\s*").replace(" ", r"\s+")
    return rf"(?<!\w){_JOINED.get(language, '')}(?:{spaced})(?!\w)"


def _plain_pattern(pattern: str) -> str:
    r"""The pattern spelled as texts are; ``\S`` is another thing than ``\s``."""
    return "".join(part if part.startswith("\\") else plain(part) for part in regex.split(r"(\\.)", pattern))
