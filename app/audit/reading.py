"""Reads the chain from the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.audit.record import Head, Record, Seal
from app.audit.tables import HEAD_ROW, AuditHeadRow, AuditRecordRow, AuditSealRow

_PAGE = 2_000
_COLUMNS = tuple(getattr(AuditRecordRow, name) for name in Record.__dataclass_fields__)


def records(session: Session, since: str = "", until: str = "") -> Iterator[Record]:
    """All records in the order of their numbers.

    :param since: only those of this day and later, as 2026-11-21.
    :param until: only those of this day and earlier.
    """
    query: Select[Any] = select(*_COLUMNS).order_by(AuditRecordRow.number)
    if since:
        query = query.where(AuditRecordRow.at >= since)
    if until:
        query = query.where(AuditRecordRow.at < f"{until}U")  # whatever time of that day: U comes behind T
    for row in session.execute(query.execution_options(yield_per=_PAGE)):
        yield Record(*row)


def last_records(session: Session, count: int, subject: str = "", action: str = "") -> list[Record]:
    """The newest records, oldest first.

    :param subject: only those about this, as ``ticket:ID``.
    """
    query: Select[Any] = select(*_COLUMNS).order_by(AuditRecordRow.number.desc()).limit(count)
    if subject:
        query = query.where(AuditRecordRow.subject == subject)
    if action:
        query = query.where(AuditRecordRow.action == action)
    return [Record(*row) for row in session.execute(query)][::-1]


def head(session: Session) -> Head | None:
    """Where the chain ends; None where that was removed."""
    row = session.get(AuditHeadRow, HEAD_ROW)
    return None if row is None else Head(row.count, row.hash, row.day, row.signature)


def seals(session: Session) -> list[Seal]:
    """All seals, the oldest first."""
    rows = session.scalars(select(AuditSealRow).order_by(AuditSealRow.count))
    return [Seal(row.count, row.hash, row.day, row.sealed_at, row.signature) for row in rows]


def count(session: Session) -> int:
    """How many records there are."""
    return session.scalars(select(func.count()).select_from(AuditRecordRow)).one()
