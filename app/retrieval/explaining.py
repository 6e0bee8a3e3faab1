"""Why a passage was found: its score in parts that a person can read and add up."""

from __future__ import annotations

from dataclasses import dataclass

from app.retrieval.passages import Passage
from app.retrieval.scoring import (
    CHUNK_WEIGHT,
    CONTEXT_WEIGHT,
    COUNTRY_WEIGHT,
    IDENTIFIERS_WEIGHT,
    OWN_LANGUAGE_WEIGHT,
    RERANKED_WEIGHT,
    TOKENS_WEIGHT,
    UNIT_WEIGHT,
    WORDS_WEIGHT,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score; the products of all parts add up to ``passage.score.total``.

    ``code`` is stable (``chunk``, ``sentence``, ``tokens``, ``context``, ``words``, ``identifiers``,
    ``own-language``, ``country``, ``reranker``), ``said`` is the part in plain English, ``value`` a cosine, -1 to 1,
    or a share, 0 to 1.
    """

    code: str
    said: str
    value: float
    weight: float

    @property
    def product(self) -> float:
        return self.value * self.weight


def explain(passage: Passage) -> list[Part]:
    """The parts of the passage's score; what is no part of it, as a country where none is named, is left out."""
    score = passage.score
    parts = [
        Part(
            "chunk", "how near the passage, with its title and headings, is to the question", score.chunk, CHUNK_WEIGHT
        ),
        Part("sentence", "how near its nearest sentence or row is to the question", score.unit, UNIT_WEIGHT),
        Part("tokens", "how well its words match those of the question, in any language", score.tokens, TOKENS_WEIGHT),
    ]
    if score.context:
        said = "how far the question asks for what its title and headings are about"
        parts.append(Part("context", said, score.context, CONTEXT_WEIGHT))
    if score.words:
        said = "share of the question's words that one of its sentences has as they stand"
        parts.append(Part("words", said, score.words, WORDS_WEIGHT))
    if score.identifiers:
        codes = max(passage.unit_scores, key=lambda unit: unit.identifiers).codes
        said = f"one of its sentences names {', '.join(sorted(code.upper() for code in codes))}"
        parts.append(Part("identifiers", said, score.identifiers, IDENTIFIERS_WEIGHT))
    if score.own_language:
        said = "it is in the question's own language, where words agree more easily"
        parts.append(Part("own-language", said, 1.0, OWN_LANGUAGE_WEIGHT))
    if score.named:
        said = "it or its document is" if score.country else "neither it nor its document is"
        said += " about a country that the question names"
        parts.append(Part("country", said, score.country, COUNTRY_WEIGHT))
    if score.reranked is not None:
        said = "how well it answers the question, as a model says that reads both together"
        parts.append(Part("reranker", said, score.reranked, RERANKED_WEIGHT))
    return parts
