"""Do the passages answer the question? A calibrated probability, used to answer or to abstain.

A logistic regression on a handful of features; the coefficients and where they
come from stand in ``evidence.yaml``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import AppError
from app.retrieval.passages import Passage

FILE = Path(__file__).with_name("evidence.yaml")


class EvidenceModel(BaseModel):
    """Coefficients of the logistic regression, and the probability below which the assistant abstains."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_on: str
    intercept: float
    coefficients: dict[str, float]
    threshold: float

    def probability(self, passages: Sequence[Passage]) -> float:
        """Probability, 0 to 1, that ``passages`` (best first) answer the question; 0 without passages."""
        if not passages:
            return 0.0
        values = features(passages)
        logit = self.intercept + sum(weight * values[name] for name, weight in self.coefficients.items())
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, logit))))


@lru_cache
def load_evidence_model(path: Path = FILE) -> EvidenceModel:
    """The fitted model.

    :raises AppError: the file is not what it should be.
    """
    try:
        return EvidenceModel.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise AppError(f"{path.name} cannot be used: {error}") from error


def features(passages: Sequence[Passage]) -> dict[str, float]:
    """What the decision looks at.

    ``best`` is the best passage's score, ``unit`` its best unit's cosine, ``chunk`` its
    chunk's cosine, ``lead`` how far it stands above the mean of the passages after the
    third: a question that nothing answers is near many passages and nearest to none.
    """
    first = passages[0]
    rest = [passage.score for passage in passages[3:]] or [0.0]
    return {
        "best": first.score,
        "unit": max(max(passage.unit_scores) for passage in passages[:3]),
        "chunk": max(passage.chunk_similarity for passage in passages[:3]),
        "lead": first.score - sum(rest) / len(rest),
    }
