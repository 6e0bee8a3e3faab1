"""When tickets are duplicates: ``duplicates.yaml``, validated."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from guardrails.sections import Fraction
from guardrails.yamlfile import load_yaml

_PATH = Path(__file__).with_name("duplicates.yaml")
_Positive = Annotated[float, Field(gt=0)]


class Rule(BaseModel):
    """How alike two tickets must be that are some days apart.

    :param days: that they may be apart.
    :param threshold: cosine with a probability of one half where they came at once.
    :param rise: of the threshold with each doubling of the days between them.
    :param spread: of the threshold; the smaller, the more certain one is on either side of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: _Positive
    threshold: Fraction
    rise: Fraction
    spread: _Positive

    def probability(self, likeness: float, days: float) -> float:
        """That a ticket repeats another, 0 to 1."""
        if days > self.days:
            return 0.0
        threshold = self.threshold + self.rise * math.log2(1 + days)
        return 1 / (1 + math.exp(min((threshold - likeness) / self.spread, 50.0)))


class DuplicatesPolicy(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    same_customer: Rule
    anybody: Rule
    least: Fraction


@cache
def load_duplicates_policy() -> DuplicatesPolicy:
    """The policy that comes with the package.

    :raises PolicyError: the file does not fit.
    """
    return load_yaml(_PATH, DuplicatesPolicy)
