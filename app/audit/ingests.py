"""What the ingest runs published, observed in the ledger: ingestion itself knows nothing of the audit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions import Action
from app.audit.recorder import Happened
from app.audit.tables import AuditRecordRow
from app.conversations.sessions import Sessions
from ingest.ledger.tables import RunRow, VersionRow

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.settings import Settings

_MOST_VERSIONS = 200  # of which a record names each; of more, the first and the last
_ACTION: Action = "ingest.published"


def record_ingests(sessions: Sessions, ledger: Engine) -> int:
    """Record every run that ended and is not recorded yet; their number.

    A run that was killed is recorded once a later one has ended, with what it had published by then.
    """
    with Session(ledger) as reading:
        ended = select(func.max(RunRow.id)).where(RunRow.finished_at.is_not(None))
        last = reading.scalars(ended).one() or 0
    with sessions.write(masks=False) as session:
        if sessions.trail is None or last <= (known := _recorded(session)):
            return 0
        with Session(ledger) as reading:
            runs = reading.scalars(select(RunRow).where(RunRow.id > known, RunRow.id <= last).order_by(RunRow.id))
            happened = [_of_run(reading, run) for run in runs]
        sessions.trail.keep(session, happened)
        return len(happened)


def record_ingests_of(settings: Settings) -> None:
    """The same, with all opened for the purpose."""
    from app.conversations.sessions import open_sessions
    from ingest.ledger.engine import open_ledger

    ledger = open_ledger(settings.home, settings.database_url)
    try:
        with open_sessions(settings) as sessions:
            record_ingests(sessions, ledger)
    finally:
        ledger.dispose()


def _recorded(session: Session) -> int:
    latest = select(AuditRecordRow.details).where(AuditRecordRow.action == _ACTION)
    details = session.scalars(latest.order_by(AuditRecordRow.number.desc()).limit(1)).first()
    return int(json.loads(details)["run"]) if details else 0


def _of_run(reading: Session, run: RunRow) -> Happened:
    published = (
        select(VersionRow.id)
        .where(VersionRow.run_id == run.id, VersionRow.published_at.is_not(None))
        .order_by(VersionRow.id)
    )
    versions = list(reading.scalars(published))
    named = versions if len(versions) <= _MOST_VERSIONS else [versions[0], versions[-1]]
    return Happened(
        _ACTION,
        f"run:{run.id}",
        f"machine:{run.operator or 'unknown'}",
        {
            "run": run.id,
            "finished": run.finished_at is not None,
            "published": len(versions),
            "versions": named,
            "retired": int(run.counts.get("retired", 0)),
        },
    )
