"""The calibrated score: a logistic regression, its weights in a file that says on what they were fitted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from guardrails.entailment.rules import FEATURES
from guardrails.sections import Weight
from guardrails.yamlfile import load_yaml

FILE = Path(__file__).with_name("weights.yaml")
LIKENESS = ("similarity", "coverage", "cross_language", "similarity_across")
ALIGNMENT = ("aligned", "aligned_lowest", "aligned_clause", "aligned_across", "aligned_gap")
# What the evidence says of the same things as the sentence does: may only speak for it.
BORNE_OUT = (
    *("quantity_of_this", "values_bound", "denial_of_this", "denials_bound", "comparison_borne_out"),
    *("said_of_this", "topics_bound"),
)
AGAINST = ("cross_language", "aligned_gap")  # of these, what may only speak against a sentence


class _Weights(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: Weight
    weights: dict[str, Weight]

    def probability(self, features: Mapping[str, float]) -> float:
        logit = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


class GateModel(BaseModel):
    """Support (0..1) = sigmoid(bias + sum of weight · feature)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_on: str
    with_tokens: _Weights
    without_tokens: _Weights  # where the passages' token states are not known

    def support(self, features: Mapping[str, float]) -> float:
        """The support that the features speak for."""
        return self._weights(features).probability(features)

    def likeness(self, features: Mapping[str, float]) -> float:
        """The same as if no rule had found anything."""
        return self._weights(features).probability({k: v for k, v in features.items() if k not in FEATURES})

    def _weights(self, features: Mapping[str, float]) -> _Weights:
        return self.with_tokens if "aligned" in features else self.without_tokens


@lru_cache(maxsize=1)
def load_gate_model() -> GateModel:
    """The weights in :data:`FILE`.

    :raises PolicyError: with file and line, when they do not fit.
    """
    return load_yaml(FILE, GateModel)
