"""The guard that looks for orders to the assistant in what was retrieved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from guardrails.errors import GuardError
from guardrails.injection.classifier import InjectionClassifier, load_classifier
from guardrails.injection.section import InjectionPolicy
from guardrails.injection.signs import signs_of
from guardrails.support import PassageLike, Vectors

_MOST_TO_ANNOUNCE = 20  # characters: "SYSTEM: New rule." says nothing by itself
_SUSPICIOUS = 0.35  # probability from which a passage is looked at once more, unit by unit


class InjectionPassageGuard:
    """Quarantines the sentences and table rows that speak to an assistant; the rest of the passage serves on.

    It takes the vectors that the passages have already, so that nothing is embedded while a question waits.
    """

    name = "injection"

    def __init__(self, policy: InjectionPolicy, classifier: InjectionClassifier | None = None) -> None:
        self._policy = policy
        self._classifier = classifier or load_classifier()

    def quarantined(self, passages: Sequence[PassageLike]) -> Mapping[int, Collection[int]]:
        """:raises GuardError: when a passage's vectors do not fit its units."""
        if not self._policy.enabled:
            return {}
        found = {passage.number: self._attacks(passage) for passage in passages}
        return {number: units for number, units in found.items() if units}

    def _attacks(self, passage: PassageLike) -> frozenset[int]:
        units = passage.units
        if not units:
            return frozenset()
        said: list[float | None] = [None] * len(units)
        if self._policy.classifier:
            # At hand, while a unit by itself has to be embedded; but its neighbours may hide what a unit says.
            stored = getattr(passage, "stored_vectors", None)
            said = self._log_odds(passage, passage.unit_vectors if stored is None else stored)
            if stored is not None and any(map(self._is_suspicious, units, said)):
                said = self._log_odds(passage, passage.unit_vectors)
        found: set[int] = set()
        for at, (unit, value) in enumerate(zip(units, said, strict=True)):
            announced = at - 1 in found and _announces(units[at - 1].rstrip())
            if announced or self._probability(unit, value) >= self._policy.passage_threshold:
                found.add(at)
        return frozenset(found)

    def _log_odds(self, passage: PassageLike, vectors: Vectors) -> list[float | None]:
        if len(vectors) != len(passage.units):
            raise GuardError(f"passage [{passage.number}] has {len(vectors)} vectors for {len(passage.units)} units")
        return [float(value) for value in self._classifier.log_odds(np.asarray(vectors))]

    def _is_suspicious(self, unit: str, log_odds: float | None) -> bool:
        return self._probability(unit, log_odds) >= _SUSPICIOUS

    def _probability(self, unit: str, log_odds: float | None) -> float:
        return self._classifier.probability(signs_of(unit), log_odds)


def _announces(unit: str) -> bool:
    """Whether what an attack says comes behind it."""
    return unit.endswith((":", "：")) or len(unit) <= _MOST_TO_ANNOUNCE
