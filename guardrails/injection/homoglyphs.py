"""Letters that look like others are read as those that they look like (Unicode's table of confusables, UTS 39)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

# LATIN LETTER SMALL CAPITAL R, REGIONAL INDICATOR SYMBOL LETTER A, NEGATIVE SQUARED LATIN CAPITAL LETTER B
_NAMED = re.compile(r"(?:LATIN|REGIONAL INDICATOR).* LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH STROKE.*)?$")
_CYRILLIC = re.compile("[\u0400-\u052f]")


def look_alikes_read(text: str) -> list[str]:
    """``text`` in Latin letters where it mixes them with others, and in Cyrillic ones where it mixes those with Latin.

    Nothing for a text in one writing alone.
    """
    others = {char for char in text if not char.isascii() and _foreign(char)}
    if not others:
        return []
    latin = "".join(_as_latin(char) for char in text)
    readings = [latin] if latin != text and _mixes(text) else []
    if _CYRILLIC.search(text):
        cyrillic = "".join(_as_cyrillic(char) for char in text)
        readings += [cyrillic] if cyrillic != text else []
    return readings


def _mixes(text: str) -> bool:
    """Whether there are Latin letters beside others, or symbols that stand for letters."""
    return any(char.isascii() and char.isalpha() for char in text) or any(
        not char.isalpha() or unicodedata.name(char, "").startswith("LATIN") for char in text if _foreign(char)
    )


@lru_cache(maxsize=4096)
def _foreign(char: str) -> bool:
    """Whether a character outside ASCII looks like a Latin letter."""
    return not char.isascii() and _as_latin(char) != char


@lru_cache(maxsize=4096)
def _as_latin(char: str) -> str:
    if char.isascii():
        return char
    named = _NAMED.match(unicodedata.name(char, ""))
    if named:
        return named.group(1).lower()
    return next((other for other in _table().get(char, ()) if other.isascii() and other.isalpha()), char)


@lru_cache(maxsize=256)
def _as_cyrillic(char: str) -> str:
    if not (char.isascii() and char.isalpha()):
        return char
    return next((other for other in _table().get(char, ()) if _CYRILLIC.fullmatch(other)), char)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """By character the single characters that it can be taken for, those in common use first."""
    from confusable_homoglyphs.confusables import confusables_data

    return {
        char: tuple(sorted((each["c"] for each in others if len(each["c"]) == 1), key=ord))
        for char, others in confusables_data.items()
    }
