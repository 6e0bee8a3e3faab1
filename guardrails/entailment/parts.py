"""A clause of a sentence with its tokens, held against the clauses of the evidence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.entailment.said import Said

Place = tuple[int, int]  # start and end, in characters; folding rarely moves them, and then by little
_LEAST = 2  # tokens that tell anything


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """What a clause says, and how near its tokens are to the clauses of the evidence.

    ``cosines`` has the shape (tokens, clauses of the evidence); ``ends`` says where in the clause each token ends, in
    characters, shape (tokens,). Both are None where the tokens are not known.
    """

    said: Said
    cosines: NDArray[np.floating[Any]] | None = None
    ends: NDArray[np.integer[Any]] | None = None


def token_mean(
    clause: Clause, *, within: Place | None = None, without: Collection[Place] = ()
) -> NDArray[np.floating[Any]] | None:
    """How near the tokens of a part of the clause are to each clause of the evidence; None for fewer than two."""
    if clause.cosines is None or clause.ends is None:
        return None
    kept = np.ones(len(clause.ends), dtype=bool)
    if within is not None:
        kept &= (clause.ends > within[0]) & (clause.ends <= within[1])
    for start, end in without:
        kept &= ~((clause.ends > start) & (clause.ends <= end + 1))
    if np.count_nonzero(kept) < _LEAST:
        return None
    mean: NDArray[np.floating[Any]] = clause.cosines[kept].mean(axis=0)
    return mean
