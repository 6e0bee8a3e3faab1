"""Whether a word stands near a number that says what the number is."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import regex
from pydantic import RootModel

from guardrails.yamlfile import load_yaml

_PATH = Path(__file__).with_name("context.yaml")
_BEFORE, _BEHIND, _RIGHT_BEFORE = 60, 25, 18  # characters


class _Words(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """By what they say and by language."""


def stands_near(text: str, start: int, end: int, kind: str) -> bool:
    """Whether a word of ``kind`` stands around ``text[start:end]``."""
    words = _words(kind)
    return bool(
        words.search(text, max(0, start - _BEFORE), start) or words.search(text, end, min(len(text), end + _BEHIND))
    )


def stands_before(text: str, start: int, kind: str) -> bool:
    """Whether a word of ``kind`` stands right in front of ``text[start]``, in the same sentence."""
    first = max(0, start - _RIGHT_BEFORE)
    ended = max(text.rfind(mark, first, start) for mark in "\n?!。？！")
    return bool(_words(kind).search(text, max(first, ended + 1), start))


@lru_cache(maxsize=32)
def _words(kind: str) -> regex.Pattern[str]:
    """All the languages at once: a question in one may quote a form in another."""
    words = {word for of_language in _load().root[kind].values() for word in of_language}
    parts = [
        rf"(?<!\w){regex.escape(word[1:])}(?!\w)"
        if word.startswith("=")
        # Latin words begin where a word begins; in Chinese, Japanese and Thai nothing marks that.
        else (r"(?<!\p{Latin})" if word.isascii() else "") + regex.escape(word)
        for word in sorted(words, key=len, reverse=True)
    ]
    return regex.compile("|".join(parts), regex.IGNORECASE)


@lru_cache(maxsize=1)
def _load() -> _Words:
    return load_yaml(_PATH, _Words)
