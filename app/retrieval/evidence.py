"""Do the passages answer the question? A calibrated probability, used to answer or to abstain.

A logistic regression on a handful of features; the coefficients and where they
come from stand in ``evidence.yaml``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.errors import AppError
from app.retrieval.passages import Passage
from app.retrieval.scoring import Score
from app.retrieval.texts import score_texts
from ingest.embedding.centring import CentredEmbedder

FEATURES = frozenset({"chunk", "unit", "least", "identifiers", "named", "country", "uncovered", "own_language", "lead"})
_NEAR = 3  # passages that may hold the answer
_LOOKED_AT = 8
_LEAD_OF_ONE = 0.1  # as passages that answer have it, where there is nothing to compare with
FILE = Path(__file__).with_name("evidence.yaml")


class EvidenceModel(BaseModel):
    """Coefficients of the logistic regression, and the probability below which the assistant abstains."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_on: str
    intercept: float
    coefficients: dict[str, float]
    threshold: float

    @field_validator("coefficients")
    @classmethod
    def _are_of_known_features(cls, value: dict[str, float]) -> dict[str, float]:
        unknown = sorted(value.keys() ^ FEATURES)
        if unknown:
            raise ValueError(f"one coefficient each is wanted for {', '.join(sorted(FEATURES))}; see {unknown}")
        return value

    def probability(self, passages: Sequence[Passage]) -> float:
        """Probability, 0 to 1, that ``passages`` answer the question; 0 without passages."""
        return self.probability_of([passage.score for passage in passages])

    def probability_of(self, scores: Sequence[Score]) -> float:
        """The same from the passages' scores alone."""
        if not scores:
            return 0.0
        values = features(scores)
        logit = self.intercept + sum(weight * values[name] for name, weight in self.coefficients.items())
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, logit))))


@cache
def load_evidence_model(path: Path = FILE) -> EvidenceModel:
    """The fitted model.

    :raises AppError: the file is not what it should be.
    """
    try:
        return EvidenceModel.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise AppError(f"{path.name} cannot be used: {error}") from error


def probability_of_texts(embedder: CentredEmbedder, question: str, language: str, passages: Sequence[str]) -> float:
    """Probability that ``passages``, texts of ``language`` that stand in no knowledge base, answer ``question``."""
    return load_evidence_model().probability_of(score_texts(embedder, question, language, passages))


def features(scores: Sequence[Score]) -> dict[str, float]:
    """What the decision looks at, over the three best passages; ``scores`` come in any order.

    ``chunk``, ``unit``, ``least`` and ``identifiers`` are the largest such parts of their scores:
    a passage about the same thing that leaves out what is asked of it has a low ``least``.
    ``own_language`` is which share of them is in the question's language, where everything is
    nearer to everything, ``lead`` how far the best stands before the fourth to eighth: an answer
    stands out.
    ``named`` is 1 when the question names a country, ``country`` how far the best document is about
    it, ``uncovered`` 1 when no document is about it and no passage names it: then nothing
    answers, however near a neighbour's paper is. A re-ranker is not asked: the coefficients were
    fitted without one.
    """
    scores = sorted(scores, key=lambda score: -score.nearness)
    near = scores[:_NEAR]
    rest = [score.nearness for score in scores[_NEAR:_LOOKED_AT] or scores[1:]]
    return {
        "chunk": max(score.chunk for score in near),
        "unit": max(score.unit for score in near),
        "least": max(score.least for score in near),
        "identifiers": max(score.identifiers for score in near),
        "named": float(near[0].named),
        "country": max(score.about for score in near),
        "uncovered": float(near[0].named and not any(score.country for score in near)),
        "own_language": sum(score.own_language for score in near) / len(near),
        "lead": scores[0].nearness - sum(rest) / len(rest) if rest else _LEAD_OF_ONE,
    }
