"""The policy of the guards: thresholds and weights that operations may edit, validated on load."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from guardrails.yamlfile import load_yaml

POLICY_PATH = Path(__file__).with_name("policy.yaml")

Fraction = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Weight = Annotated[float, Field(allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SupportWeights(_Section):
    """A logistic regression: support = sigmoid(bias + similarity·cosine + coverage·covered share of words)."""

    bias: Weight
    similarity: Weight
    coverage: Weight = 0.0


class GroundingPolicy(_Section):
    """When a sentence of an answer counts as supported by the passages."""

    threshold: Fraction  # least support of a sentence that may be shown
    correction_threshold: Fraction  # least support by a passage that takes a wrong citation's place
    attach_similarity: Fraction  # least cosine at which an uncited sentence is given its citation
    no_content_similarity: Fraction  # least cosine at which a sentence without facts may stand
    least_content_words: int = Field(ge=1)  # fewer, and no quantity: the sentence states no fact
    unsupported_quantity_ceiling: Fraction  # the score is at most this when a quantity is not in the evidence
    same_language: SupportWeights
    cross_language: SupportWeights


class Policy(_Section):
    """The whole file; one key a guard."""

    grounding: GroundingPolicy


def load_policy(path: Path = POLICY_PATH) -> Policy:
    """The policy in ``path``.

    :raises PolicyError: with the file and the line, when it does not fit.
    """
    return load_yaml(path, Policy)
