"""What a person asks of the ingest runs: when, of what, by whom, and what did they do and find?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ingest.documents import Finding
from ingest.ledger.tables import FindingRow, RunRow


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run as a list shows it; times are in UTC, without a zone.

    :param finished_at: None while it works, and for ever where it was killed.
    :param counts: of documents by what was done with them; empty until it has finished.
    """

    id: int
    source: str
    operator: str
    started_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]


class RunHistory:
    """Read-only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def latest(self, most: int = 50) -> list[RunLine]:
        """At most so many runs, the last one first."""
        with Session(self._engine) as session:
            runs = session.scalars(select(RunRow).order_by(RunRow.id.desc()).limit(most)).all()
            found: dict[int, list[Finding]] = {run.id: [] for run in runs}
            of_these = select(FindingRow).where(FindingRow.run_id.in_(found)).order_by(FindingRow.id)
            for row in session.scalars(of_these):
                found[row.run_id].append(Finding(row.item, row.code, row.message))
            return [
                RunLine(
                    run.id,
                    run.source,
                    run.operator,
                    run.started_at,
                    run.finished_at,
                    dict(run.counts),
                    tuple(found[run.id]),
                )
                for run in runs
            ]
