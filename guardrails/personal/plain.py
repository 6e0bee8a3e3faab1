"""A text whose digits, widths and dashes are plain ones, character by character, so that offsets stay what they are."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_REPLACED = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " "),
    "。": "。",  # NFKC leaves it; a full stop of full width must not become a decimal point
}


def plain(text: str) -> str:
    """``text`` with ASCII digits, letters, dashes and spaces where it has others; as long as it was."""
    return text if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    if character in _REPLACED:
        return _REPLACED[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if "\uff01" <= character <= "\uff5e":  # full width
        return unicodedata.normalize("NFKC", character)
    return character
