"""When a change counts: ``drift.yaml``, validated."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from guardrails.sections import Fraction, Section
from guardrails.yamlfile import load_yaml

_PATH = Path(__file__).with_name("drift.yaml")
_Count = Annotated[int, Field(ge=1)]
What = Literal["languages", "topics", "abstentions", "escalations", "evidence", "support", "far"]
EVERYTHING: tuple[What, ...] = get_args(What)


class DriftPolicy(Section):
    """The whole file, which says what each entry is for."""

    level: Annotated[float, Field(gt=0, lt=0.5)]
    permutations: Annotated[int, Field(ge=199, le=100_000)]
    least_questions: _Count
    least_conversations: Annotated[int, Field(ge=2)]
    least_before: _Count
    least_change: dict[What, Fraction]
    near: Fraction
    alike: Fraction
    least_asked: _Count
    most_new_questions: _Count
    most_conversations: _Count

    @model_validator(mode="after")
    def _complete(self) -> DriftPolicy:
        if missing := set(EVERYTHING) - self.least_change.keys():
            raise ValueError(f"least_change lacks {', '.join(sorted(missing))}")
        if (2 * len(EVERYTHING) / self.level) > self.permutations + 1:
            raise ValueError(f"{self.permutations} permutations cannot be as sure as level {self.level} asks for")
        return self


@cache
def load_drift_policy() -> DriftPolicy:
    """The policy that comes with the package.

    :raises PolicyError: the file does not fit.
    """
    return load_yaml(_PATH, DriftPolicy)
