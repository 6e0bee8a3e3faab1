"""All runs below ``POLYDESK_HOME``: the latest, those by name, and the one that is the baseline."""

from __future__ import annotations

from pathlib import Path

from app.replacing import replace_text
from eval.errors import EvalUserError
from eval.runs.folder import RunFolder

_MARK = "baseline"


class RunShelf:
    """The runs in a home."""

    def __init__(self, home: Path) -> None:
        self.path = home / "runs"

    def runs(self) -> list[RunFolder]:
        """Every run, the latest first."""
        heads = self.path.glob("*/run.json")
        return [RunFolder(each.parent) for each in sorted(heads, key=lambda head: head.parent.name, reverse=True)]

    def find(self, wanted: str | None) -> RunFolder:
        """A run by its id, the beginning of one, its name (the latest of that name), ``baseline``, or its folder.

        :param wanted: the latest one when None or ``latest``.
        :raises EvalUserError: there is none, or the beginning is that of several.
        """
        runs = self.runs()
        if wanted is None or wanted == "latest":
            if not runs:
                raise EvalUserError("there is no run yet: start one with `polydesk eval all`")
            return runs[0]
        if wanted == _MARK:
            marked = self.baseline()
            if marked is None:
                raise EvalUserError("no run is marked as the baseline: mark one with `polydesk eval baseline RUN`")
            return marked
        found = [run for run in runs if run.path.name == wanted] or [run for run in runs if run.manifest.name == wanted]
        if found:
            return found[0]
        begun = [run for run in runs if run.path.name.startswith(wanted)]
        if len(begun) == 1:
            return begun[0]
        if (Path(wanted) / "run.json").is_file():
            return RunFolder(Path(wanted).resolve())
        raise EvalUserError(
            f"{wanted}: {'several runs begin so' if begun else 'no such run'}; see `polydesk eval runs`"
        )

    def baseline(self) -> RunFolder | None:
        """The run that others are held against; None where none is marked, or it is gone."""
        try:
            name = (self.path / _MARK).read_text(encoding="utf-8").strip()
        except OSError:
            return None
        folder = RunFolder(self.path / name)
        return folder if name and (folder.path / "run.json").is_file() else None

    def mark_baseline(self, run: RunFolder) -> None:
        """Hold others against this run from now on.

        :raises EvalUserError: it is not one of this home, or not finished.
        """
        if run.path.parent != self.path:
            raise EvalUserError(f"{run.path}: only a run below {self.path} can be marked; give --baseline its folder")
        if run.manifest.state != "finished":
            raise EvalUserError(f"{run.manifest.id} is not finished: `polydesk eval all --resume` goes on with it")
        replace_text(self.path / _MARK, f"{run.path.name}\n")

    def unfinished(self) -> RunFolder | None:
        """The latest run that was interrupted, or in which a suite failed."""
        return next((run for run in self.runs() if run.manifest.state != "finished"), None)
