"""The words in which two texts differ."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from app.desk.changes.change import Span
from app.desk.changes.normal import equal, figures
from guardrails.folding import fold
from guardrails.quantities import Quantity

# Where a writing has no spaces between words, a letter with its marks; else a word.
_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}]|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*|[\p{L}\p{M}\p{N}]+"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a quantity; ``key`` is what it is told from others by."""

    start: int
    end: int
    key: str
    figure: Quantity | None = None


@lru_cache(maxsize=8192)
def tokens(text: str, language: str) -> tuple[Token, ...]:
    """The words of ``text``, every quantity as one of them."""
    found: list[Token] = []
    at = 0
    for each in (*figures(text, language), None):
        end = each.start if each else len(text)
        found += [Token(m.start(), m.end(), fold(m.group())) for m in _WORD.finditer(text, at, max(at, end))]
        if each:
            found.append(Token(each.start, each.end, f"\0{each.kind}", each))
            at = max(at, each.end)
    return tuple(found)


def differing(old: str, new: str, language: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The spans of ``old`` and of ``new`` that the other does not have there."""
    first, second = tokens(old, language), tokens(new, language)
    keys = _keys(first, second)
    old_marks: list[Span] = []
    new_marks: list[Span] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag != "equal":
            old_marks += [(first[a].start, first[b - 1].end)] if b > a else []
            new_marks += [(second[c].start, second[d - 1].end)] if d > c else []
    return tuple(old_marks), tuple(new_marks)


def _keys(first: Sequence[Token], second: Sequence[Token]) -> tuple[list[str], list[str]]:
    """The keys of either side, the same for quantities of the same value."""
    known: list[tuple[Quantity, str]] = []

    def key(token: Token) -> str:
        if token.figure is None:
            return token.key
        for figure, name in known:
            if equal(figure, token.figure):
                return name
        known.append((token.figure, f"{token.key}{len(known)}"))
        return known[-1][1]

    return [key(token) for token in first], [key(token) for token in second]
