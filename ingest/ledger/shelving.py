"""Which records belong on which shelf of the store: the live one, the past one, or none any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Engine, Select, and_, bindparam, delete, func, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from ingest.ledger.tables import (
    BEGINNING,
    LIVE,
    NOWHERE,
    PUBLISHED,
    RETIRED,
    STAGED,
    SUPERSEDED,
    ChunkRow,
    VersionRow,
)
from ingest.ledger.vectors import drop_unowned
from ingest.paging import pages


@dataclass(frozen=True, slots=True)
class Leftover:
    """A version that no longer belongs on the live shelf; ``dropped`` are ids no other version there owns."""

    version_id: int
    kept_for_the_past: bool
    records: tuple[str, ...]
    dropped: tuple[str, ...]


class Shelving:
    """What the ledger says about the records of the vector store. The caller holds the writer's lock.

    :param today: what ended by then belongs to the past.
    """

    def __init__(self, engine: Engine, today: Callable[[], date] = date.today) -> None:
        self._engine = engine
        self._today = today

    def record_ids(self, version_ids: Sequence[int]) -> list[str]:
        """Ids in the vector store of all that these versions consist of."""
        found: list[str] = []
        with self._engine.connect() as connection:
            for page in pages(version_ids):
                statement = select(ChunkRow.record_id).where(ChunkRow.version_id.in_(page))
                found += connection.execute(statement).scalars()
        return found

    def digests(self, version_id: int) -> set[str]:
        """Digests of all that a version embeds."""
        with self._engine.connect() as connection:
            return set(connection.execute(select(ChunkRow.digest).where(ChunkRow.version_id == version_id)).scalars())

    def owned(self, shelf: str, collection: str) -> dict[str, str]:
        """Digests of all records that belong on a shelf, by id."""
        statement = (
            select(ChunkRow.record_id, ChunkRow.digest)
            .join(VersionRow, VersionRow.id == ChunkRow.version_id)
            .where(VersionRow.shelf == shelf, VersionRow.collection == collection, VersionRow.state != STAGED)
        )
        with self._engine.connect() as connection:
            return dict(connection.execute(statement).tuples().all())

    def owners(self, record_ids: Sequence[str], shelf: str) -> list[int]:
        """Versions on a shelf that any of these records belongs to."""
        found: set[int] = set()
        with self._engine.connect() as connection:
            for page in pages(record_ids):
                statement = (
                    select(ChunkRow.version_id)
                    .join(VersionRow, VersionRow.id == ChunkRow.version_id)
                    .where(ChunkRow.record_id.in_(page), VersionRow.shelf == shelf, VersionRow.state != STAGED)
                )
                found |= set(connection.execute(statement).scalars())
        return sorted(found)

    def leftovers(self) -> list[Leftover]:
        """Versions on the live shelf that were staged and never published, or that no day from today on wants."""
        today = self._today()
        left = and_(VersionRow.shelf == LIVE, not_(_stays(today)))
        versions = select(VersionRow.id, VersionRow.starts_on, VersionRow.ends_on).where(left)
        also_owned = _also_owned(today)  # once: to build it takes ten times as long as to run it
        with self._engine.connect() as connection:
            rows = connection.execute(versions.order_by(VersionRow.id)).all()
            found = []
            for version_id, starts_on, ends_on in rows:
                records = tuple(
                    connection.execute(select(ChunkRow.record_id).where(ChunkRow.version_id == version_id)).scalars()
                )
                kept = set(connection.execute(also_owned, {"version_id": version_id}).scalars())
                was_in_effect = ends_on is not None and (starts_on or BEGINNING) < ends_on
                found.append(
                    Leftover(version_id, was_in_effect, records, tuple(id for id in records if id not in kept))
                )
        return found

    def put(self, version_ids: Sequence[int], shelf: str) -> None:
        """Note where the records of these versions are now; one that never went live is forgotten altogether."""
        with Session(self._engine) as session, session.begin():
            for page in pages(version_ids):
                staged = select(VersionRow.id).where(VersionRow.id.in_(page), VersionRow.state == STAGED)
                forgotten = list(session.execute(staged).scalars())
                dropped = select(ChunkRow.digest).where(ChunkRow.version_id.in_(page)) if shelf == NOWHERE else None
                digests = set(session.execute(dropped).scalars()) if dropped is not None else set()
                session.execute(delete(ChunkRow).where(ChunkRow.version_id.in_(forgotten)))
                session.execute(delete(VersionRow).where(VersionRow.id.in_(forgotten)))
                session.execute(update(VersionRow).where(VersionRow.id.in_(page)).values(shelf=shelf))
                drop_unowned(session, digests)


def _stays(today: date) -> ColumnElement[bool]:
    """What belongs on the live shelf: what is published, and what serves until a successor's day comes."""
    served = func.coalesce(VersionRow.starts_on, BEGINNING) < VersionRow.ends_on
    serves = and_(VersionRow.state.in_((SUPERSEDED, RETIRED)), VersionRow.ends_on > today, served)
    return or_(VersionRow.state == PUBLISHED, serves)


def _also_owned(today: date) -> Select[str]:
    """Records of a version that another one, which stays on the live shelf, owns as well: a text that came back.

    The version is the parameter ``version_id``.
    """
    own, other = aliased(ChunkRow), aliased(ChunkRow)
    return (
        select(own.record_id)
        .join(other, other.record_id == own.record_id)
        .join(VersionRow, VersionRow.id == other.version_id)
        .where(own.version_id == bindparam("version_id"), VersionRow.shelf == LIVE, _stays(today))
    )
