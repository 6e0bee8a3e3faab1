"""No promise in the company's name that the cited passages do not give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from guardrails.commitments.policy import CommitmentsPolicy
from guardrails.commitments.promises import Promises
from guardrails.entailment import clauses
from guardrails.errors import GuardError
from guardrails.folding import primary_language
from guardrails.guards import DraftSentence
from guardrails.support import PassageLike
from guardrails.verdicts import Verdict

_CODE = "commitment-not-in-evidence"
# A day is named or it is not: likeness cannot stand in for it.
_DAYS = frozenset({"today", "tomorrow", "at-once"})
_SHOWN = {
    "refund": "money back",
    "compensation": "goodwill or something free",
    "replacement": "a replacement",
    "callback": "to get in touch",
    "exception": "an exception",
    "legal": "a legal position",
    "reservation": "to keep something back",
    "delivery": "to send something",
    "done": "that it is settled",
    "today": "it for today",
    "tomorrow": "it for tomorrow",
    "at-once": "it at once",
}


class CommitmentsGuard:
    """A promise stands where a unit of a cited passage speaks of the same and is like the sentence.

    Code: ``commitment-not-in-evidence``, once for each kind of promise.
    """

    name = "commitments"

    def __init__(self, policy: CommitmentsPolicy) -> None:
        self._policy = policy
        self._promises = promises = Promises()
        # The passages of one question are held against every sentence of its answer.
        self._kinds_of = lru_cache(maxsize=2048)(lambda unit: frozenset(promises.spoken_of(unit)))

    def check(self, sentence: DraftSentence) -> list[Verdict]:
        """The promises that no cited passage gives.

        :raises GuardError: the vectors cannot be used.
        """
        promised = self._promises.made(sentence.text) if self._policy.enabled else {}
        if not promised:
            return []
        units = _units(sentence.text, sentence)
        verdicts = []
        for kind, words in promised.items():
            likeness = self._likeness(kind, units)
            if not self._given(kind, likeness, units) and not self._given_in_part(kind, sentence):
                reason = f"it promises {_SHOWN[kind]} (“{words}”), which no cited passage gives"
                verdicts.append(Verdict(self.name, _CODE, False, 1.0 - max(0.0, likeness or 0.0), reason))
        return verdicts

    def _likeness(self, kind: str, units: Sequence[_Unit]) -> float | None:
        """That of the most alike unit which speaks of this kind; none where no unit does."""
        return max((unit.likeness for unit in units if kind in self._kinds_of(unit.text)), default=None)

    def _given_in_part(self, kind: str, sentence: DraftSentence) -> bool:
        """Whether it is given to the clause that promises; the others may be about anything."""
        parts = clauses(sentence.text, sentence.language)
        own = [part for part in parts if kind in self._promises.spoken_of(part)] if len(parts) > 1 else []
        held = [_units(part, sentence) for part in own]
        return bool(held) and all(self._given(kind, self._likeness(kind, units), units) for units in held)

    def _given(self, kind: str, likeness: float | None, units: Sequence[_Unit]) -> bool:
        if likeness is not None and (kind in _DAYS or likeness >= self._policy.likeness):
            return True
        # In another language the passage may use words that the lexicon has not.
        most = max((unit.likeness for unit in units if unit.is_foreign), default=0.0)
        return kind not in _DAYS and most >= self._policy.likeness_without_words


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit of a cited passage, held against the sentence."""

    text: str
    likeness: float  # cosine
    is_foreign: bool  # in another language than the sentence


def _units(text: str, sentence: DraftSentence) -> list[_Unit]:
    """The units of what ``sentence`` cites, held against ``text``, all of it or a part."""
    vector = np.asarray(sentence.embed([text], sentence.language), dtype=np.float32)
    return [unit for passage in sentence.cited for unit in _units_of(passage, vector, sentence.language)]


def _units_of(passage: PassageLike, vector: NDArray[np.float32], language: str) -> list[_Unit]:
    vectors = np.asarray(passage.unit_vectors, dtype=np.float32)
    if not passage.units:
        return []
    if vectors.ndim != 2 or len(vectors) != len(passage.units) or vector.shape != (1, vectors.shape[1]):
        raise GuardError(f"passage [{passage.number}] and the sentence have no vectors that can be compared")
    likeness = vectors @ vector[0]
    if not np.isfinite(likeness).all():
        raise GuardError(f"passage [{passage.number}] or the sentence has vectors that are not finite")
    foreign = primary_language(passage.language) != primary_language(language)
    return [_Unit(unit, float(alike), foreign) for unit, alike in zip(passage.units, likeness, strict=True)]
