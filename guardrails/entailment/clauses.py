"""The clauses of a sentence, as far as punctuation and a few words tell them apart."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from guardrails.entailment.forms import UNSPACED
from guardrails.entailment.lexicon import joining_words
from guardrails.folding import primary_language

_LEAST = 6  # characters of a clause; shorter pieces belong to the one before
_PUNCTUATION = r"(?<=[,;:،؛：。！？!?.])\s+|(?<=[，、；：。！？])|\s+(?=[–—(]\s?)"


@lru_cache(maxsize=2048)
def clauses(text: str, language: str) -> tuple[str, ...]:
    """The clauses of ``text`` in order; together they are the whole text."""
    ends = (match.end() for match in _borders(primary_language(language)).finditer(text))
    borders = [0, *(end for end in ends if end < len(text)), len(text)]
    joined: list[str] = []
    for start, end in pairwise(borders):
        if joined and (end - start < _LEAST or len(joined[-1].strip()) < _LEAST):
            joined[-1] += text[start:end]
        else:
            joined.append(text[start:end])
    return tuple(joined)


@lru_cache(maxsize=32)
def _borders(language: str) -> re.Pattern[str]:
    words = joining_words(language)
    spaced = "|".join(re.escape(word) for word in words if not UNSPACED.match(word))
    unspaced = "|".join(re.escape(word) for word in words if UNSPACED.match(word))
    parts = [_PUNCTUATION]
    if spaced:
        parts.append(rf"\s+(?=(?:{spaced})\s)")
    if unspaced:
        parts.append(rf"(?={unspaced})")
    return re.compile("|".join(parts))
