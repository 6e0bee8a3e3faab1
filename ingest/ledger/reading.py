"""What readers ask the ledger: which of these hits are live, and what do they say?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from ingest.documents import Unit
from ingest.ledger.paging import pages
from ingest.ledger.tables import BEGINNING, STAGED, ChunkRow, CollectionRow, VersionRow

_AUDIENCES = ("all", "agent", "manager")  # each may read what those before it may


@dataclass(frozen=True, slots=True)
class Scope:
    """What one asker may read, and as of when.

    A customer's tickets are read only where that customer is named. ``everything`` is for
    those who look after the knowledge base itself.
    """

    as_of: date
    audience: str = "agent"
    customer_id: str | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """The version that a chunk belongs to."""

    id: int
    key: str
    document_id: str
    number: int
    title: str
    kind: str
    language: str
    uri: str
    effective_from: date | None
    customer_id: str | None
    details: Mapping[str, Any]

    @property
    def countries(self) -> Mapping[str, float]:
        """Shares of the countries that the document is about, by ISO 3166-1 code."""
        shares: Mapping[str, float] = self.details.get("countries", {})
        return shares


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A live chunk with its words."""

    record_id: str
    version: VersionInfo
    start: int
    end: int
    text: str
    heading: tuple[str, ...]
    page: int | None
    language: str
    header: str
    units: tuple[Unit, ...]


class LedgerReader:
    """Read-only questions to the ledger; cheap enough to be asked for every question."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def live_chunks(self, record_ids: Sequence[str], scope: Scope) -> dict[str, StoredChunk]:
        """Those of ``record_ids`` that are live for ``scope``, with their text, by record id."""
        found: dict[str, StoredChunk] = {}
        length = ChunkRow.end - ChunkRow.start
        words = func.substr(VersionRow.text, ChunkRow.start + 1, length).label("words")
        with self._engine.connect() as connection:
            for page in pages(record_ids):
                statement = (
                    select(ChunkRow.__table__, *_VERSION_COLUMNS, words)
                    .join(VersionRow, VersionRow.id == ChunkRow.version_id)
                    .where(ChunkRow.record_id.in_(page), *live(scope))
                )
                for row in connection.execute(statement):
                    values = row._mapping
                    found[values["record_id"]] = StoredChunk(
                        record_id=values["record_id"],
                        version=VersionInfo(**{column.key[2:]: values[column.key] for column in _VERSION_COLUMNS}),
                        start=values["start"],
                        end=values["end"],
                        text=values["words"],
                        heading=tuple(values["heading"]),
                        page=values["page"],
                        language=values["language"],
                        header=values["header"],
                        units=tuple(Unit(*unit) for unit in values["units"]),
                    )
        return found

    def generation(self) -> tuple[object, ...]:
        """Changes whenever a version is published or ended, or readers are sent to another collection.

        Whoever asks the store and then the ledger holds one whole state when this is the same before and after.
        """
        published_at = select(func.max(VersionRow.published_at)).scalar_subquery()
        ended_at = select(func.max(VersionRow.ended_at)).scalar_subquery()
        collection = select(CollectionRow.name).where(CollectionRow.state == "live").limit(1).scalar_subquery()
        with self._engine.connect() as connection:
            return tuple(connection.execute(select(published_at, ended_at, collection)).one())

    def live_versions(self, scope: Scope) -> list[VersionInfo]:
        """Every live version in scope, by document id."""
        statement = select(*_VERSION_COLUMNS).where(*live(scope)).order_by(VersionRow.document_id)
        with self._engine.connect() as connection:
            return [
                VersionInfo(**{column.key[2:]: row._mapping[column.key] for column in _VERSION_COLUMNS})
                for row in connection.execute(statement)
            ]


_VERSION_COLUMNS = tuple(getattr(VersionRow, name).label(f"v_{name}") for name in VersionInfo.__dataclass_fields__)


def live(scope: Scope) -> list[ColumnElement[bool]]:
    """The conditions under which a row of ``versions`` is live for ``scope``.

    Of several versions of a document in effect on that day, the one whose effect
    began last is live; among equals, the one with the higher number.
    """
    other = aliased(VersionRow)
    own_start = func.coalesce(VersionRow.starts_on, BEGINNING)
    other_start = func.coalesce(other.starts_on, BEGINNING)
    newer = exists().where(
        other.document_id == VersionRow.document_id,
        other.id != VersionRow.id,
        *_in_effect(other, scope.as_of),
        or_(other_start > own_start, and_(other_start == own_start, other.number > VersionRow.number)),
    )
    effective = [*_in_effect(VersionRow, scope.as_of), ~newer]
    if scope.everything:
        return effective
    if scope.audience in _AUDIENCES:
        readable = _AUDIENCES[: _AUDIENCES.index(scope.audience) + 1]
    else:
        readable = ("all", scope.audience)
    customer: ColumnElement[bool] = VersionRow.customer_id.is_(None)
    if scope.customer_id is not None:
        customer = or_(customer, VersionRow.customer_id == scope.customer_id)
    return [*effective, VersionRow.audience.in_(readable), customer]


def _in_effect(version: type[VersionRow], day: date) -> list[ColumnElement[bool]]:
    return [
        version.state != STAGED,
        or_(version.starts_on.is_(None), version.starts_on <= day),
        or_(version.ends_on.is_(None), version.ends_on > day),
        or_(version.effective_to.is_(None), version.effective_to > day),
    ]
