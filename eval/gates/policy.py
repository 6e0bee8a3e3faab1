"""What has to hold, from ``gates.yaml``, which operations edit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.quality.measures import MeasureAbout, suites_about
from guardrails.yamlfile import load_yaml

GATES_PATH = Path(__file__).parents[1] / "gates.yaml"
_Share = Annotated[float, Field(ge=0, le=1)]


class Gate(BaseModel):
    """What one measure has to come to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    suite: str
    measure: str
    at_least: _Share | None = None
    at_most: _Share | None = None
    not_worse_by: _Share | None = None
    at_most_times: float | None = Field(default=None, ge=1)
    no_exceptions: bool = False
    optional: bool = False  # holds where the run has no such figure, as those of a language model in quoting mode

    @model_validator(mode="after")
    def _asks_for_something_that_there_is(self) -> Self:
        suite = suites_about().get(self.suite)
        if suite is None or self.measure not in suite.measures:
            known = ", ".join(suite.measures if suite else suites_about())
            raise ValueError(f"{self.suite} {self.measure} is not known; there are {known}")
        asked = (self.at_least, self.at_most, self.not_worse_by, self.at_most_times)
        if all(each is None for each in asked) and not self.no_exceptions:
            raise ValueError("say at_least, at_most, not_worse_by, at_most_times or no_exceptions")
        if self.about.is_cost and any(each is not None for each in asked[:3]):
            raise ValueError("times and tokens are gated with at_most_times alone")
        if not self.about.is_cost and self.at_most_times is not None:
            raise ValueError("at_most_times is for times and tokens; say not_worse_by")
        return self

    @property
    def about(self) -> MeasureAbout:
        """The measure in words."""
        return suites_about()[self.suite].measures[self.measure]


class Gates(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confidence: float = Field(gt=0.5, lt=1)
    missing_at_most: _Share
    gates: tuple[Gate, ...] = Field(min_length=1)


def load_gates(path: Path = GATES_PATH) -> Gates:
    """The gates in ``path``.

    :raises PolicyError: with the file and the line, when it does not fit.
    """
    return load_yaml(path, Gates)
