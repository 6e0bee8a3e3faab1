"""What the suites of a run and their measures are called, from ``suites.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from guardrails.yamlfile import load_yaml

_FILE = Path(__file__).with_name("suites.yaml")
_TIMES = frozenset(("ms", "tokens"))


class MeasureAbout(BaseModel):
    """A measure in words, and which way is better."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    better: Literal["higher", "lower"]
    unit: Literal["share", "ms", "tokens"] = "share"
    headline: bool = False

    @property
    def sign(self) -> int:
        """1 where more is better, else -1."""
        return 1 if self.better == "higher" else -1

    @property
    def is_cost(self) -> bool:
        """Whether it is a time or a number of tokens: its middle is the median, and twice as much is twice as bad."""
        return self.unit in _TIMES

    def is_bad(self, value: float) -> bool:
        """Whether an item with this value went wrong."""
        return not self.is_cost and (value < 1 if self.sign > 0 else value > 0)

    def written(self, value: float | None) -> str:
        """The value as a person reads it."""
        if value is None:
            return "–"
        if self.unit == "share":
            return f"{value:.1%}"
        return f"{value:,.0f} ms" if self.unit == "ms" else f"{value:,.0f}"


class SuiteAbout(BaseModel):
    """A suite in words, how many of its items a run takes, and its measures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    about: str = Field(min_length=1)
    sample: int | None = Field(default=None, ge=1)
    measures: dict[str, MeasureAbout] = Field(min_length=1)

    @property
    def headline(self) -> str:
        """The measure that stands for the suite."""
        return next((name for name, about in self.measures.items() if about.headline), next(iter(self.measures)))


class _Suites(RootModel[dict[str, SuiteAbout]]):
    """The whole file."""


@cache
def suites_about() -> dict[str, SuiteAbout]:
    """Every suite of a run by its name, in the order in which they run.

    :raises PolicyError: the file is malformed, with the line.
    """
    return load_yaml(_FILE, _Suites).root
