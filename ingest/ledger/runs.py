"""Ingest runs: when, who, what they did and found."""

from __future__ import annotations

import getpass
from collections.abc import Iterable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ingest.documents import Finding
from ingest.ledger.tables import FindingRow, RunRow, now


class RunLog:
    """Writes down runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, source: str) -> int:
        with Session(self._engine) as session, session.begin():
            run = RunRow(source=source, operator=_operator(), counts={})
            session.add(run)
            session.flush()
            return run.id

    def finish(self, run_id: int, counts: dict[str, int], findings: Iterable[Finding]) -> None:
        with Session(self._engine) as session, session.begin():
            for finding in findings:
                session.add(FindingRow(run_id=run_id, item=finding.item, code=finding.code, message=finding.message))
            run = session.get_one(RunRow, run_id)
            run.counts = dict(counts)
            run.finished_at = now()


def _operator() -> str:
    """The name of the account that runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return ""
