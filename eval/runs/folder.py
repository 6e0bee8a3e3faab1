"""The folder of one run: its head, and for each suite its figures and what became of every item."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from app.replacing import replace_text
from eval.errors import EvalUserError
from eval.runs.figures import SuiteFigures
from eval.runs.manifest import Manifest
from eval.runs.outcome import Outcome, read_outcomes, write_outcomes

_HEAD = "run.json"


class RunFolder:
    """One run on disk; a suite's figures are written last, so a suite that has them is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, runs: Path, manifest: Manifest) -> RunFolder:
        """A new folder below ``runs``."""
        folder = cls(runs / manifest.id)
        folder.path.mkdir(parents=True)
        folder.write_manifest(manifest)
        return folder

    @property
    def manifest(self) -> Manifest:
        """The head.

        :raises EvalUserError: it is not there, or not readable by this version.
        """
        try:
            return Manifest.model_validate_json((self.path / _HEAD).read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            raise EvalUserError(f"{self.path}: no run that this version can read; see `polydesk eval runs`") from None

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the head anew."""
        _write(self.path / _HEAD, manifest)

    def keep(self, figures: SuiteFigures, outcomes: Sequence[Outcome]) -> None:
        """Keep a suite that has ended."""
        write_outcomes(self._outcomes(figures.suite), outcomes)
        _write(self._figures(figures.suite), figures)

    def figures(self, suite: str) -> SuiteFigures | None:
        """The figures of a suite; None where it has not ended."""
        try:
            return SuiteFigures.model_validate_json(self._figures(suite).read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            return None

    def all_figures(self) -> dict[str, SuiteFigures]:
        """Those of every suite that has ended, in the order in which they ran."""
        found = {suite: self.figures(suite) for suite in self.manifest.suites}
        return {suite: figures for suite, figures in found.items() if figures is not None}

    def outcomes(self, suite: str) -> list[Outcome]:
        """What became of every item of a suite; nothing where it did not end well."""
        try:
            return read_outcomes(self._outcomes(suite))
        except (OSError, ValidationError):
            return []

    def _figures(self, suite: str) -> Path:
        return self.path / f"{suite}.json"

    def _outcomes(self, suite: str) -> Path:
        return self.path / f"{suite}.jsonl"


def _write(file: Path, content: BaseModel) -> None:
    """Whole or not at all."""
    replace_text(file, content.model_dump_json(indent=1))
