"""What became of one item of a suite, and reading and writing many of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_CLUSTER = "#"


class Outcome(BaseModel):
    """One item: what each measure gives for it, or why there is nothing to give.

    A value that could not be had (a model that timed out, a judge that did not answer) is ``missing`` with its
    reason; it is counted as that and never as a score.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str  # the same in every run; what stands before a # is one text or ticket with several items
    language: str = ""
    kind: str = ""
    values: dict[str, float] = {}
    missing: str = ""  # stable code, for example ``model-timeout``
    evidence: dict[str, str] = {}  # of what went wrong: personal data masked, nothing of sets that are kept apart

    @property
    def cluster(self) -> str:
        """Items of one cluster are not independent of each other."""
        return self.id.partition(_CLUSTER)[0]


def write_outcomes(file: Path, outcomes: Iterable[Outcome]) -> None:
    """As JSON lines."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{each.model_dump_json(exclude_defaults=True)}\n" for each in outcomes)


def read_outcomes(file: Path) -> list[Outcome]:
    """What :func:`write_outcomes` wrote."""
    with file.open(encoding="utf-8") as stream:
        return [Outcome.model_validate_json(line) for line in stream]
