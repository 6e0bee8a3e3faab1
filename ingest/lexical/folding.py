"""One spelling for what readers take as the same word: widths, letter case, digits, accents, letter variants."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any


class _Replacing:
    """Replaces characters, most texts having none of them: to look for those takes a tenth of ``str.translate``."""

    def __init__(self, table: dict[int, Any]) -> None:
        self._table = table
        self._any = re.compile(f"[{re.escape(''.join(map(chr, table)))}]")

    def __call__(self, text: str) -> str:
        return text.translate(self._table) if self._any.search(text) else text


# Invisible characters, Arabic tatweel, the nukta of Devanagari: written or left out at will.
_DROPPED = dict.fromkeys(
    map(ord, "\u00ad\u0640\u093c\u180e\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u202a\u202b\u202c\u202d\u202e")
)
_FORMAT = {**_DROPPED, **dict.fromkeys(range(0x2066, 0x206A))}
_MARKS = str.maketrans(dict.fromkeys("’ʼ‘`´", "'") | {"٬": ",", "٫": "."})  # the last two: Arabic thousands, decimals
_as_typed = _Replacing({**_FORMAT, **_MARKS})
_HARAKAT = dict.fromkeys([*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06EE)])
_DEVANAGARI = str.maketrans("ँ", "ं")
_as_arabic = _Replacing({**_HARAKAT, **_DEVANAGARI, **str.maketrans("ٱىیکھۀە", "اييكههه")})
_as_persian = _Replacing({**_HARAKAT, **_DEVANAGARI, **str.maketrans("ٱيىكھ", "اییکه")})
_ARABIC_VARIANTS = str.maketrans("أإآؤئة", "اااويه")  # the seat of the hamza, ta marbuta
_TURKISH = str.maketrans("Iİ", "ıi")
_UNDECOMPOSED = str.maketrans("łøđðħıŧœæ", "lodđhitea")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_ACCENTED_WRITING = "\u0530"  # Latin, Greek and Cyrillic come before; later writings need their marks


def compose(text: str) -> str:
    """``text`` in NFKC with ASCII digits and without invisible characters; letter case stays."""
    composed = _as_typed(unicodedata.normalize("NFKC", text))
    if composed.isascii():
        return composed
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), composed)


def lower(composed: str, language: str) -> str:
    """Caseless, with the vowel signs and letter variants of ``language`` as its stemmer expects them."""
    if language == "tr":
        composed = composed.translate(_TURKISH)
    if composed.isascii():
        return composed.lower()
    low = composed.casefold().replace("i\u0307", "i")
    return _as_persian(low) if language == "fa" else _as_arabic(low)


@lru_cache(maxsize=20_000)  # a language has few words that are not rare
def bare(word: str) -> str:
    """``word`` (caseless) without the accents that readers often leave out, and with one form of each Arabic letter."""
    if word.isascii():
        return word
    if word[0] >= _ACCENTED_WRITING:
        return word.translate(_ARABIC_VARIANTS)
    parts = unicodedata.normalize("NFD", word)
    return "".join(part for part in parts if not unicodedata.combining(part)).translate(_UNDECOMPOSED)
