"""Rate passages against a question: every part of their scores, and of their sentences'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.retrieval.asked import Asked
from app.retrieval.held import held
from app.retrieval.scoring import Score, UnitScore, country_match, identifiers, telling
from app.retrieval.validity import countries_named
from guardrails.tokens import coverage
from ingest.chunk_vectors import ChunkVectors, wholes


@dataclass(frozen=True, eq=False, slots=True)
class Candidate:
    """What is rated: the sentences and rows of a passage, in order, and their vectors."""

    units: Sequence[str]
    language: str
    vectors: ChunkVectors
    about: Mapping[str, float] = field(default_factory=dict)  # shares of the countries its document is about


@dataclass(frozen=True, slots=True)
class Rating:
    """The score of a passage, and of each of its units."""

    score: Score
    units: tuple[UnitScore, ...]


def rate(asked: Asked, candidates: Sequence[Candidate]) -> list[Rating]:
    """The rating of each candidate.

    Words count inside the question's language only: across languages their absence says nothing.
    """
    if not candidates:
        return []
    import numpy as np

    wanted = identifiers(asked.question)
    codes = telling(wanted, ["\n".join(each.units) for each in candidates] if wanted else ())
    near = held(asked.tokens, [each.vectors for each in candidates])
    cosines = np.concatenate([each.vectors.units for each in candidates]) @ asked.vector
    whole = wholes([each.vectors for each in candidates]) @ asked.vector
    of_units = zip(cosines.tolist(), near.tokens.tolist(), near.around.tolist(), strict=True)
    of_all = zip(
        candidates, whole.tolist(), near.whole.tolist(), near.least.tolist(), near.context.tolist(), strict=True
    )
    ratings = []
    for candidate, chunk, tokens, least, context in of_all:
        own_language = candidate.language == asked.language
        units = tuple(_unit(asked, own_language, text, codes, *next(of_units)) for text in candidate.units)
        about = country_match(asked.countries, candidate.about)
        score = Score(
            chunk=chunk,
            unit=max([unit.cosine for unit in units]),
            tokens=tokens,
            least=least,
            context=context,
            words=max([unit.words for unit in units]) if own_language else 0.0,
            identifiers=max([unit.identifiers for unit in units]) if codes else 0.0,
            country=about if about == 1.0 else max(about, _names_country(asked, candidate)),
            about=about,
            named=bool(asked.countries),
            own_language=own_language,
        )
        ratings.append(Rating(score, units))
    return ratings


def _unit(
    asked: Asked, own_language: bool, text: str, codes: frozenset[str], cosine: float, tokens: float, around: float
) -> UnitScore:
    own = codes & identifiers(text) if codes else codes
    words = coverage(asked.question, text, asked.language) if own_language else 0.0
    return UnitScore(cosine, tokens, words, len(own) / len(codes) if own else 0.0, own, around)


def _names_country(asked: Asked, candidate: Candidate) -> float:
    """1 where the passage itself names a country that the question names, however little its document is about it."""
    if not asked.countries:
        return 0.0
    return float(not asked.countries.isdisjoint(countries_named("\n".join(candidate.units), candidate.language)))
