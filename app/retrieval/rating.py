"""Rate passages against a question: every part of their scores, and of their sentences'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.retrieval.asked import Asked
from app.retrieval.scoring import Score, UnitScore, country_match, identifiers, telling
from app.retrieval.validity import countries_named
from guardrails.tokens import coverage
from ingest.chunk_vectors import ChunkVectors
from ingest.embedding.token_codes import cosines, nearest_of

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors


_UNTITLED = 0.25  # as much as titles have on average of passages that are near: it speaks neither for nor against one


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
    codes = telling(identifiers(asked.question), ["\n".join(each.units) for each in candidates])
    return [
        _rating(asked, candidate, codes, met, context)
        for candidate, (met, context) in zip(candidates, _tokens_held(asked, candidates), strict=True)
    ]


def _tokens_held(asked: Asked, candidates: Sequence[Candidate]) -> Iterator[tuple[Vectors, float]]:
    """How near the question's tokens come to each part of each candidate, and how far its context is asked for.

    The first has the shape ``(question tokens, units + 1)``, the context first.
    """
    import numpy as np

    lengths = [each.vectors.lengths for each in candidates]
    found = cosines(asked.tokens, np.concatenate([each.vectors.tokens for each in candidates]))
    met = np.split(nearest_of(found, np.concatenate(lengths)), np.cumsum([len(each) for each in lengths])[:-1], axis=1)
    of_each = np.split(found, np.cumsum([len(each.vectors.tokens) for each in candidates])[:-1])
    for parts, rows, counts in zip(met, of_each, lengths, strict=True):
        yield parts, _asked_for(rows[: counts[0]])


def _asked_for(context: Vectors) -> float:
    """How near the tokens of a title and headings come to some token of the question, on average.

    :param context: their cosines, shape ``(tokens, question tokens)``.
    """
    if not context.shape[1]:
        return 0.0
    return float(context.max(axis=1).mean()) if len(context) else _UNTITLED


def _rating(asked: Asked, candidate: Candidate, codes: frozenset[str], met: Vectors, context: float) -> Rating:
    vectors, alike = candidate.vectors, candidate.language == asked.language
    cosines = vectors.units @ asked.vector
    tokens = met[:, 1:].mean(axis=0) if len(met) else cosines * 0
    around = _around(met) if len(met) else cosines * 0
    units = []
    for text, cosine, matched, near in zip(
        candidate.units, cosines.tolist(), tokens.tolist(), around.tolist(), strict=True
    ):
        held = codes & identifiers(text) if codes else frozenset()
        words = coverage(asked.question, text, asked.language) if alike else 0.0
        units.append(UnitScore(cosine, matched, words, len(held) / len(codes) if codes else 0.0, held, near))
    about = country_match(asked.countries, candidate.about)
    score = Score(
        chunk=float(vectors.whole @ asked.vector),
        unit=max(unit.cosine for unit in units),
        tokens=float(met.max(axis=1).mean()) if len(met) else 0.0,
        least=_least_held(met),
        context=context,
        words=max(unit.words for unit in units),
        identifiers=max(unit.identifiers for unit in units),
        country=max(about, _names_country(asked, candidate)),
        about=about,
        named=bool(asked.countries),
        own_language=alike,
    )
    return Rating(score, tuple(units))


def _around(met: Vectors) -> Vectors:
    """How near each unit comes to the question, read below its title and between its neighbours; shape (units,).

    A sentence that answers leaves out what the one before it named.
    """
    import numpy as np

    units, held = met[:, 1:], _below_title(met)
    held[:, 1:] = np.maximum(held[:, 1:], units[:, :-1])
    held[:, :-1] = np.maximum(held[:, :-1], units[:, 1:])
    around: Vectors = held.mean(axis=0)
    return around


def _below_title(met: Vectors) -> Vectors:
    """How near each unit comes to each of the question's tokens, read below its title and headings."""
    import numpy as np

    held: Vectors = np.maximum(met[:, :1], met[:, 1:])
    return held


def _least_held(met: Vectors) -> float:
    """How near the unit that leaves least of the question out comes to the two tokens that it is furthest from."""
    import numpy as np

    if not len(met):
        return 0.0
    held = np.sort(_below_title(met), axis=0)
    return float(held[:2].mean(axis=0).max())


def _names_country(asked: Asked, candidate: Candidate) -> float:
    """1 where the passage itself names a country that the question names, however little its document is about it."""
    if not asked.countries:
        return 0.0
    return float(not asked.countries.isdisjoint(countries_named("\n".join(candidate.units), candidate.language)))
