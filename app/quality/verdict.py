"""What the gates said of a run, kept in its folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from app.replacing import replace_text

_FILE = "gate.json"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class GateFinding(_Read):
    """One thing that a gate asks for."""

    suite: str
    measure: str
    asks: str
    status: Literal["holds", "unsure", "fell", "missing", "no-baseline"]
    value: float | None = None
    baseline: float | None = None
    items: int = 0
    reason: str = ""


class GateVerdict(_Read):
    """The whole of it."""

    run: str
    baseline: str | None
    passes: bool
    findings: tuple[GateFinding, ...] = ()

    def with_status(self, *statuses: str) -> list[GateFinding]:
        """The findings that came to one of these."""
        return [each for each in self.findings if each.status in statuses]


def keep_verdict(folder: Path, verdict: GateVerdict) -> None:
    """Put it beside the run's figures; one that lies where nothing can be written has none."""
    with suppress(OSError):
        replace_text(folder / _FILE, verdict.model_dump_json(indent=1))


def read_verdict(folder: Path) -> GateVerdict | None:
    """The last verdict on the run in ``folder``; None where there is none."""
    try:
        return GateVerdict.model_validate_json((folder / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None
