"""How near a passage is to a question, in parts that can be explained.

score = 0.2 × cosine of the chunk, with title and headings
      + 0.1 × cosine of its best sentence or row
      + 0.7 × how well its words hold those of the question, in any language
      + 0.15 × how far the question asks for what its title and headings are about, in any language
      + 0.16 × which share of the question's words one of its sentences has as they stand
      + 0.25 × which share of the question's codes and numbers one of its sentences has
      + 0.08 × how far it names the country of the question, or its document is about that country
      - 0.13 where it is in the question's own language
      + 1 × what a re-ranker says of it, where there is one

What its title and headings name and nobody asked for makes a passage a special case: the rule about returns
stands before that of the outlet, unless the question is about the outlet. Being in the question's own
language is taken off, because words of one language agree more easily than those of two: without it,
passages in the question's own language would stand before better ones in others. All vectors are less
the mean of their language. `polydesk eval ablation` measures the weights on the golden questions
(eval/NOTES.md). A re-ranker counts as much as all the rest together, which then decides
among passages that it thinks as good.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

CHUNK_WEIGHT = 0.2
UNIT_WEIGHT = 0.1
TOKENS_WEIGHT = 0.7
CONTEXT_WEIGHT = 0.15
WORDS_WEIGHT = 0.16
IDENTIFIERS_WEIGHT = 0.25
COUNTRY_WEIGHT = 0.08
OWN_LANGUAGE_WEIGHT = -0.13
RERANKED_WEIGHT = 1.0
# Of a single sentence or row, beside its cosine: which of a passage's units are the answer is told by their words.
_UNIT_COSINE, _UNIT_TOKENS, _UNIT_AROUND, _UNIT_WORDS, _UNIT_IDENTIFIERS = 0.3, 0.5, 0.65, 0.3, 0.3
_MAIN_SUBJECT = 0.5  # a document half about a country is wholly fit for a question about it
_PASSING_MENTION = 0.05
_FEW = 0.2
# Letters with digits: error and product codes, order numbers. They mean the same in every language.
_IDENTIFIER = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\w-])")


@dataclass(frozen=True, slots=True)
class UnitScore:
    """How near one sentence or row of a passage is to the question.

    ``cosine``, ``tokens`` and ``around`` (its tokens with those of its title and neighbours) are -1 to 1; ``words`` and
    ``identifiers`` the shares that it has of the question's content words and of its telling identifiers, 0 to 1;
    ``codes`` are these identifiers, casefolded.
    """

    cosine: float
    tokens: float
    words: float = 0.0
    identifiers: float = 0.0
    codes: frozenset[str] = frozenset()
    around: float = 0.0

    @property
    def total(self) -> float:
        """To choose among units, of one passage or of several."""
        return (
            _UNIT_COSINE * self.cosine
            + _UNIT_TOKENS * self.tokens
            + _UNIT_AROUND * self.around
            + _UNIT_WORDS * self.words
            + _UNIT_IDENTIFIERS * self.identifiers
        )


@dataclass(frozen=True)
class Score:
    """The parts of a passage's score."""

    chunk: float
    unit: float
    tokens: float  # how well its words hold those of the question, in any language
    least: float = 0.0  # how well one of its sentences holds the two of them that it holds least well
    context: float = 0.0  # how far the question asks for what its title and headings name, in any language
    words: float = 0.0  # the best sentence's share of the question's words as they stand, 0 to 1
    identifiers: float = 0.0  # of its codes and numbers, 0 to 1
    country: float = 0.0  # how far it or its document is about a country that the question names, 0 to 1
    about: float = 0.0  # the same of the document alone
    named: bool = False  # whether the question names one
    own_language: bool = False  # whether it is in the question's language
    reranked: float | None = None  # how well a re-ranker finds it to answer, 0 to 1; None where none looked at it

    @property
    def total(self) -> float:
        return self.nearness + RERANKED_WEIGHT * (self.reranked or 0.0)

    @property
    def nearness(self) -> float:
        """The score without a re-ranker's part."""
        return (
            CHUNK_WEIGHT * self.chunk
            + UNIT_WEIGHT * self.unit
            + TOKENS_WEIGHT * self.tokens
            + CONTEXT_WEIGHT * self.context
            + WORDS_WEIGHT * self.words
            + IDENTIFIERS_WEIGHT * self.identifiers
            + COUNTRY_WEIGHT * self.country
            + OWN_LANGUAGE_WEIGHT * self.own_language
        )


def country_match(named: Iterable[str], about: Mapping[str, float]) -> float:
    """How far a document about ``about`` (shares) serves a question that names ``named``; 0 to 1."""
    shares = [about.get(country, 0.0) for country in named]
    best = max(shares, default=0.0)
    return min(1.0, best / _MAIN_SUBJECT) if best > _PASSING_MENTION else 0.0


def identifiers(text: str) -> frozenset[str]:
    """The codes and numbers in ``text`` that name one thing in every language, casefolded."""
    return frozenset(match.casefold() for match in _IDENTIFIER.findall(text))


def telling(wanted: frozenset[str], texts: Sequence[str]) -> frozenset[str]:
    """Those of ``wanted`` that few of ``texts`` hold: a product that every passage names tells none of them apart."""
    if not wanted:
        return wanted
    held = Counter(code for text in texts for code in identifiers(text) & wanted)
    return frozenset(code for code in wanted if held[code] <= max(1, _FEW * len(texts)))
