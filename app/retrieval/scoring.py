"""How near a passage is to a question, in parts that can be explained.

score = 0.7 × cosine of the chunk (its title and headings in front)
      + 0.3 × cosine of its best sentence or row
      + 0.15 × how far its document is about the country the question names

All vectors are less the mean of their language. The weights were measured on the
golden questions; on running text without headings the best sentence deserves more
(eval/NOTES.md has both).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

CHUNK_WEIGHT = 0.7
COUNTRY_WEIGHT = 0.15
IDENTIFIER_BONUS = 0.12
WORDS_WEIGHT = 0.2
_MAIN_SUBJECT = 0.5  # a document half about a country is wholly fit for a question about it
_PASSING_MENTION = 0.05
_FEW = 0.2
# Letters with digits: error and product codes, order numbers. They mean the same in every language.
_IDENTIFIER = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\w-])")


@dataclass(frozen=True)
class Score:
    """The parts of a passage's score."""

    chunk: float
    unit: float
    country: float  # how far its document is about a country that the question names, 0 to 1
    named: bool  # whether the question names one

    @property
    def dense(self) -> float:
        return CHUNK_WEIGHT * self.chunk + (1 - CHUNK_WEIGHT) * self.unit

    @property
    def total(self) -> float:
        return self.dense + COUNTRY_WEIGHT * self.country


def country_match(named: Iterable[str], about: Mapping[str, float]) -> float:
    """How far a document about ``about`` (shares) serves a question that names ``named``; 0 to 1."""
    shares = [about.get(country, 0.0) for country in named]
    best = max(shares, default=0.0)
    return min(1.0, best / _MAIN_SUBJECT) if best > _PASSING_MENTION else 0.0


def identifiers(text: str) -> frozenset[str]:
    """The codes and numbers in ``text`` that name one thing in every language, casefolded."""
    return frozenset(match.casefold() for match in _IDENTIFIER.findall(text))


def share_held(wanted: frozenset[str], text: str) -> float:
    """Which part of the ``wanted`` identifiers ``text`` holds; 0 when none are wanted."""
    return len(wanted & identifiers(text)) / len(wanted) if wanted else 0.0


def telling(wanted: frozenset[str], texts: Sequence[str]) -> frozenset[str]:
    """Those of ``wanted`` that few of ``texts`` hold: a product that every passage names tells none of them apart."""
    held = Counter(code for text in texts for code in identifiers(text) & wanted)
    return frozenset(code for code in wanted if held[code] <= _FEW * len(texts))
