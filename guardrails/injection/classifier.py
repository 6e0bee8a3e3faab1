"""How likely a text is an attack: a logistic regression on its embedding, joined with what the patterns saw."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from guardrails.errors import GuardError
from guardrails.injection.signs import Signs
from guardrails.sections import Weight
from guardrails.support import Vectors

CLASSIFIER_PATH = Path(__file__).with_name("classifier.json")
FIRM = frozenset({"override", "prompt", "persona", "addressed", "conceal", "exfiltration", "marker"})


class RuleWeights(BaseModel):
    """attack = sigmoid(bias + firm + loose + disguised), of the last three those that hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: Weight
    firm: Weight  # a rule about orders, prompt, role, secrecy or data is broken
    loose: Weight  # a rule about the form of the answer is broken
    disguised: Weight  # a rule is broken under a disguise alone

    def log_odds(self, signs: Signs) -> float:
        firm, loose, disguised = rule_features(signs)
        return self.bias + self.firm * firm + self.loose * loose + self.disguised * disguised


class JoiningWeights(RuleWeights):
    """The same with what the embedding says added."""

    embedding: Weight  # times its log-odds


class InjectionClassifier(BaseModel):
    """``classifier.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    fitted_on: str
    intercept: Weight
    coefficients: Annotated[tuple[Weight, ...], Field(min_length=1)]
    alone: RuleWeights  # the patterns without the embedding
    joining: JoiningWeights

    def log_odds(self, vectors: Vectors) -> NDArray[np.float64]:
        """What the embedding alone says, shape (texts,).

        :param vectors: shape (texts, dimensions), centred and of length 1.
        :raises GuardError: when they are not finite or of another model's shape.
        """
        given = np.asarray(vectors, dtype=np.float64)
        if given.ndim != 2 or given.shape[1] != len(self.coefficients) or not np.isfinite(given).all():
            raise GuardError(
                f"the injection classifier wants finite vectors of {len(self.coefficients)} dimensions, not of shape "
                f"{given.shape}; with another embedding model fit it anew (python -m eval.fit_injection), or set "
                "injection.classifier in the policy to false"
            )
        said: NDArray[np.float64] = given @ np.array(self.coefficients) + self.intercept
        return said

    def probability(self, signs: Signs, log_odds: float | None) -> float:
        """The probability (0..1) that a text is an attack.

        An embedding that finds the text ordinary does not outvote a rule that it breaks.

        :param log_odds: what its embedding says; None where there is none.
        """
        total = self.alone.log_odds(signs)
        if log_odds is not None:
            total = max(total, self.joining.log_odds(signs) + self.joining.embedding * log_odds)
        return float(1.0 / (1.0 + np.exp(-np.clip(total, -60.0, 60.0))))


def rule_features(signs: Signs) -> tuple[bool, bool, bool]:
    """Whether a firm rule is broken, a loose one, and any under a disguise alone."""
    rules = signs.rules
    return bool(rules & FIRM), bool(rules - FIRM), bool(signs.disguised and not signs.open)


@cache
def load_classifier(path: Path = CLASSIFIER_PATH) -> InjectionClassifier:
    """The classifier in ``path``.

    :raises GuardError: the file is missing or damaged.
    """
    try:
        return InjectionClassifier.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise GuardError(f"{path}: not a usable injection classifier ({error}); install the package again") from error
