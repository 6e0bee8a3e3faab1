"""The evaluation runs in a home, as far as a page shows them: of this version and of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from app.quality.verdict import GateVerdict, read_verdict

Content = TypeVar("Content", bound=BaseModel)
RUNS, HEAD, BASELINE = "runs", "run.json", "baseline"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Figure(_Read):
    """A mean or a median with its 95 % interval."""

    value: float | None
    count: int
    low: float | None = None
    high: float | None = None


class SuiteResult(_Read):
    """What a suite came to."""

    suite: str
    state: Literal["done", "failed"] = "done"
    error: str = ""
    items: int = 0
    missing: dict[str, int] = {}
    measures: dict[str, Figure] = {}


class _Model(_Read):
    name: str


class _Index(_Read):
    documents: int = 0


class RunHead(_Read):
    """What a run was made of."""

    id: str
    name: str
    started: datetime
    state: Literal["running", "finished", "incomplete"] = "running"
    suites: tuple[str, ...]
    seed: int = 0
    sizes: dict[str, int | None] = {}
    model: _Model
    index: _Index = _Index()
    data: dict[str, str] = {}


@dataclass(frozen=True)
class KeptRun:
    """One run.

    :param verdict: what the gates last said of it; None where nobody asked them.
    """

    head: RunHead
    suites: Mapping[str, SuiteResult]
    verdict: GateVerdict | None

    def figure(self, suite: str, measure: str) -> Figure | None:
        """A figure that was measured."""
        result = self.suites.get(suite)
        found = result.measures.get(measure) if result and result.state == "done" else None
        return found if found and found.value is not None else None

    def measured_on(self, suite: str) -> tuple[object, ...]:
        """On which items a suite was measured: figures of others are not comparable."""
        return self.head.data.get(suite, ""), self.head.sizes.get(suite), self.head.seed


class KeptRuns:
    """The runs below ``home``; each is read once, and again after something in its folder was replaced."""

    def __init__(self, home: Path) -> None:
        self._folder = home / RUNS
        self._read: dict[Path, tuple[int, KeptRun | None]] = {}

    def runs(self) -> list[KeptRun]:
        """Those that can be read, the latest first."""
        try:
            folders = [each for each in self._folder.iterdir() if each.is_dir()]
        except OSError:
            return []
        found = [run for folder in folders if (run := self._run(folder)) is not None]
        return sorted(found, key=lambda run: (run.head.started, run.head.id), reverse=True)

    def baseline(self) -> str:
        """The id of the run that others are held against; empty where none is marked."""
        try:
            return (self._folder / BASELINE).read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def _run(self, folder: Path) -> KeptRun | None:
        try:
            changed = folder.stat().st_mtime_ns  # every file of a run is written beside it and put in its place
        except OSError:
            return None
        known = self._read.get(folder)
        if known is None or known[0] != changed:
            known = self._read[folder] = changed, _read_run(folder)
        return known[1]


def _read_run(folder: Path) -> KeptRun | None:
    head = read_json(folder / HEAD, RunHead)
    if head is None or head.id != folder.name:
        return None
    named = [suite for suite in head.suites if suite.isidentifier()]  # a name is a part of a path here
    results = {suite: read_json(folder / f"{suite}.json", SuiteResult) for suite in named}
    found = {suite: result for suite, result in results.items() if result is not None}
    return KeptRun(head, found, read_verdict(folder))


def read_json(file: Path, model: type[Content]) -> Content | None:
    """The content of ``file``; None where it is not there, or is of a version that cannot be read."""
    try:
        return model.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None
