"""How strongly one passage supports one sentence: similarity, covered words, quantities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from guardrails.errors import GuardError
from guardrails.folding import primary_language
from guardrails.policy import GroundingPolicy
from guardrails.quantities import Quantity, find_currencies, find_quantities, unmatched
from guardrails.tokens import coverage

Vectors = NDArray[np.floating[Any]]


class PassageLike(Protocol):
    """What the gate reads of a passage."""

    @property
    def number(self) -> int:
        """The number it is cited by, from 1."""

    @property
    def text(self) -> str:
        """All its words, title and headings included."""

    @property
    def language(self) -> str:
        """ISO 639-1 code."""

    @property
    def units(self) -> Sequence[str]:
        """Its sentences and table rows."""

    @property
    def unit_vectors(self) -> Vectors:
        """Shape (units, dimensions), less the mean of the language, of length 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A sentence of the answer without its markers."""

    text: str
    language: str
    vector: Vectors  # shape (dimensions,), of length 1
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """What one passage says to a claim."""

    similarity: float  # cosine with the nearest unit or pair of neighbouring units
    score: float  # 0..1


def support_by(passage: PassageLike, claim: Claim, policy: GroundingPolicy) -> Support:
    """The support of ``claim`` by ``passage``, quantities left aside.

    :raises GuardError: when the passage's vectors are not finite or do not fit its units.
    """
    similarity = best_similarity(claim.vector, passage)
    if primary_language(claim.language) == primary_language(passage.language):
        weights, covered = policy.same_language, coverage(claim.text, passage.text, claim.language)
    else:
        weights, covered = policy.cross_language, 0.0
    logit = weights.bias + weights.similarity * similarity + weights.coverage * covered
    return Support(similarity, 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit)))))


def best_similarity(vector: Vectors, passage: PassageLike) -> float:
    """Highest cosine of ``vector`` with a unit or the mean of two neighbours; 0 for a passage without units."""
    units = np.asarray(passage.unit_vectors, dtype=np.float32)
    if len(passage.units) == 0:
        return 0.0
    if units.ndim != 2 or units.shape[0] != len(passage.units) or not np.isfinite(units).all():
        shape = f"shape {units.shape}, {len(passage.units)} units"
        raise GuardError(f"passage [{passage.number}] has no usable vectors ({shape})")
    pairs = units[:-1] + units[1:]
    lengths = np.linalg.norm(pairs, axis=1, keepdims=True)
    windows = np.concatenate([units, pairs / np.maximum(lengths, 1e-6)])
    return float((windows @ vector.astype(np.float32)).max())


def missing_quantities(claim: Claim, passages: Sequence[PassageLike]) -> list[Quantity]:
    """The quantities of ``claim`` that none of ``passages`` has."""
    wanted = list(claim.quantities)
    for passage in passages:
        if not wanted:
            break
        quantities, currencies = _evidence(passage.text, primary_language(passage.language))
        wanted = unmatched(wanted, quantities, currencies=currencies)
    return wanted


# The passages of one question are checked against every sentence of its answer.
@lru_cache(maxsize=256)
def _evidence(text: str, language: str) -> tuple[tuple[Quantity, ...], frozenset[str]]:
    return tuple(find_quantities(text, language, every_word=True)), find_currencies(text, language)
