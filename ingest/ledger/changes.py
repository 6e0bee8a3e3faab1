"""Which versions changed what holds: documents that came, that say something else, and that went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, load_only

from ingest.ledger.tables import BEGINNING, PUBLISHED, RETIRED, STAGED, RunRow, VersionRow

What = Literal["new", "changed", "retired"]
_KINDS = ("policy", "article")  # a ticket is no rule
_FIELDS = (
    "document_id",
    "number",
    "title",
    "kind",
    "language",
    "audience",
    "author",
    "uri",
    "effective_to",
    "starts_on",
)
_READ = (*_FIELDS, "id", "details", "state", "run_id", "effective_from", "published_at", "ended_at")


@dataclass(frozen=True, slots=True)
class Run:
    """An ingest run, as those who read its changes know it."""

    id: int
    source: str
    operator: str
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What a version says of itself beside its text."""

    id: int
    document_id: str
    number: int
    title: str
    kind: str
    language: str
    audience: str
    author: str
    uri: str
    effective_to: date | None
    starts_on: date | None
    details: Mapping[str, Any]

    @property
    def countries(self) -> Mapping[str, float]:
        """Shares of the countries that the document is about, by ISO 3166-1 code."""
        shares: Mapping[str, float] = self.details.get("countries", {})
        return shares


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """One version that was published or retired.

    ``before`` is the version that held when this one takes effect; None for a new document.
    """

    what: What
    at: datetime  # UTC
    version: VersionFacts
    before: VersionFacts | None
    run: Run | None


class ChangeLog:
    """Read-only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def changes(self) -> list[LedgerChange]:
        """Every change, the newest first; what the very first run brought is no news."""
        with Session(self._engine) as session:
            runs = list(session.scalars(select(RunRow).order_by(RunRow.id)))
            first = session.scalar(select(func.min(VersionRow.run_id)))
            columns = (getattr(VersionRow, name) for name in _READ)  # not the texts: those of all versions are much
            rows = session.scalars(
                select(VersionRow)
                .options(load_only(*columns))
                .where(VersionRow.state != STAGED, VersionRow.kind.in_(_KINDS), VersionRow.customer_id.is_(None))
                .order_by(VersionRow.document_id, VersionRow.number)
            )
            documents: dict[str, list[VersionRow]] = {}
            for row in rows:
                documents.setdefault(row.document_id, []).append(row)
            found = [each for versions in documents.values() for each in _of_document(versions, runs, first)]
        return sorted(found, key=lambda each: (each.at, each.version.id), reverse=True)

    def generation(self) -> object:
        """Changes whenever a version is published or ended."""
        with self._engine.connect() as connection:
            return tuple(
                connection.execute(select(func.max(VersionRow.published_at), func.max(VersionRow.ended_at))).one()
            )


def _of_document(
    versions: Sequence[VersionRow], runs: Sequence[RunRow], first_run: int | None
) -> Iterator[LedgerChange]:
    by_id = {run.id: run for run in runs}
    for row in versions:
        if row.published_at is None:
            continue
        before = _before(row, versions)
        run = by_id.get(row.run_id) if row.run_id is not None else None
        if not (_is_history(row, before) or (before is None and row.run_id == first_run)):
            what: What = "changed" if before else "new"
            yield LedgerChange(what, _utc(row.published_at), _facts(row), _facts(before) if before else None, _run(run))
    last = versions[-1]
    if last.state == RETIRED and last.ended_at and not any(row.state == PUBLISHED for row in versions):
        ended = last.ended_at
        during = [
            run for run in runs if run.started_at <= ended and (run.finished_at is None or ended <= run.finished_at)
        ]
        yield LedgerChange("retired", _utc(ended), _facts(last), _facts(last), _run(during[-1] if during else None))


def _before(row: VersionRow, versions: Sequence[VersionRow]) -> VersionRow | None:
    """What held when ``row`` takes effect, of what was published by then; else the version with the number before."""
    earlier = [each for each in versions if each.number < row.number and each.published_at is not None]
    starts = row.starts_on or BEGINNING
    held = [each for each in earlier if (each.starts_on or BEGINNING) <= starts]
    if held:
        return max(held, key=lambda each: (each.starts_on or BEGINNING, each.number))
    return earlier[-1] if earlier else None


def _is_history(row: VersionRow, before: VersionRow | None) -> bool:
    """Whether it came together with the version before, and was in effect already: an archive, no news."""
    together = before is not None and row.run_id == before.run_id
    day = row.published_at.date() if row.published_at else date.max
    return together and (row.starts_on or BEGINNING) <= day


def _facts(row: VersionRow) -> VersionFacts:
    return VersionFacts(id=row.id, details=dict(row.details), **{name: getattr(row, name) for name in _FIELDS})


def _run(row: RunRow | None) -> Run | None:
    return Run(row.id, row.source, row.operator, _utc(row.started_at)) if row else None


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
