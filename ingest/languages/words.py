"""The words of a text."""

from __future__ import annotations

import re
import unicodedata

# Vowel signs of Devanagari are part of its words, though no letters to Unicode; those of Arabic are mostly left out
# in writing, and the lines that stretch its words say nothing.
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0963\u0971-\u097f])+")
_IGNORED = re.compile("[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")


def words(text: str) -> list[str]:
    """Runs of letters in lower case, without Arabic vowel signs; an apostrophe or hyphen parts two words."""
    lower = unicodedata.normalize("NFC", text.replace("İ", "i").lower()).replace("ς", "σ")
    return _WORD.findall(_IGNORED.sub("", lower))
