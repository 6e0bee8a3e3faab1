"""What a person asks the ledger: which documents are there, in which versions, and what did each say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select, union
from sqlalchemy.orm import Session

from ingest.ledger.reading import Scope, live
from ingest.ledger.tables import BEGINNING, PUBLISHED, STAGED, ChunkRow, FindingRow, RunRow, VersionRow


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as a list shows it.

    ``status`` is ``live``, ``waiting`` (its day has not come), ``past`` (was in effect once), ``replaced``
    (never came into effect) or ``expired``.
    """

    id: int
    document_id: str
    number: int
    title: str
    kind: str
    language: str
    audience: str
    customer_id: str | None
    author: str
    uri: str
    starts_on: date | None
    ends_on: date | None
    status: str
    chunks: int
    run_id: int | None
    operator: str
    published_at: datetime | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding of the run that made a version."""

    run_id: int
    code: str
    message: str


class DocumentHistory:
    """Read-only; for people, so it may take its time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def documents(self, as_of: date, kind: str | None = None) -> list[VersionLine]:
        """For each document the version live on that day, else the last one; by document id."""
        latest: dict[str, VersionLine] = {}
        for line in self._lines(as_of, VersionRow.kind == kind if kind else VersionRow.id > 0):
            known = latest.get(line.document_id)
            if known is None or known.status != "live":
                latest[line.document_id] = line
        return [latest[id] for id in sorted(latest)]

    def versions(self, document_id: str, as_of: date) -> list[VersionLine]:
        """Every version of a document, oldest first; empty where there is no such document."""
        return list(self._lines(as_of, VersionRow.document_id == document_id))

    def days_of_change(self) -> list[date]:
        """The days on which a version began or ceased to be in force, in order."""
        columns = (VersionRow.starts_on, VersionRow.ends_on, VersionRow.effective_to)
        every = union(*(select(column).where(VersionRow.state != STAGED, column.is_not(None)) for column in columns))
        with self._engine.connect() as connection:
            return sorted(day for day in connection.execute(every).scalars() if day is not None)

    def text(self, version_id: int) -> str:
        """The parsed text of a version."""
        with self._engine.connect() as connection:
            return connection.execute(select(VersionRow.text).where(VersionRow.id == version_id)).scalar_one()

    def findings(self, document_id: str) -> list[FindingLine]:
        """What the runs found about a document, latest first."""
        statement = (
            select(FindingRow.run_id, FindingRow.code, FindingRow.message)
            .where(FindingRow.item == document_id)
            .order_by(FindingRow.id.desc())
        )
        with self._engine.connect() as connection:
            return [FindingLine(*row) for row in connection.execute(statement)]

    def like(self, document_id: str, most: int = 3) -> list[str]:
        """Ids that a person may have meant."""
        import difflib

        with self._engine.connect() as connection:
            known = list(connection.execute(select(VersionRow.document_id).distinct()).scalars())
        ends = [id for id in known if id.rpartition("/")[2].startswith(document_id.rpartition("/")[2])]
        return list(dict.fromkeys([*ends, *difflib.get_close_matches(document_id, known, most, 0.5)]))[:most]

    def _lines(self, as_of: date, wanted: Any) -> list[VersionLine]:
        chunks = select(func.count()).where(ChunkRow.version_id == VersionRow.id).scalar_subquery()
        statement = (
            select(VersionRow, chunks, RunRow.operator)
            .outerjoin(RunRow, RunRow.id == VersionRow.run_id)
            .where(VersionRow.state != STAGED, wanted)
            .order_by(VersionRow.document_id, VersionRow.number)
        )
        with Session(self._engine) as session:
            alive = set(
                session.execute(select(VersionRow.id).where(*live(Scope(as_of, everything=True)), wanted)).scalars()
            )
            return [
                _line(row, int(count), operator or "", as_of, row.id in alive)
                for row, count, operator in session.execute(statement)
            ]


def _line(row: VersionRow, chunks: int, operator: str, as_of: date, alive: bool) -> VersionLine:
    end = min(row.ends_on or date.max, row.effective_to or date.max)
    start = row.starts_on or BEGINNING
    if alive:
        status = "live"
    elif end <= start:
        status = "replaced"
    elif start > as_of:
        status = "waiting"
    elif row.state == PUBLISHED and row.effective_to and row.effective_to <= as_of:
        status = "expired"
    else:
        status = "past"
    return VersionLine(
        id=row.id,
        document_id=row.document_id,
        number=row.number,
        title=row.title,
        kind=row.kind,
        language=row.language,
        audience=row.audience,
        customer_id=row.customer_id,
        author=row.author,
        uri=row.uri,
        starts_on=row.starts_on,
        ends_on=None if end == date.max else end,
        status=status,
        chunks=chunks,
        run_id=row.run_id,
        operator=operator,
        published_at=row.published_at,
        details=dict(row.details),
    )
