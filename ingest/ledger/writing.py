"""What the ingest run tells the ledger: stage, publish, retire, and what is left to clean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from ingest.documents import Chunk, Finding, SourceItem, Unit
from ingest.ledger.tables import (
    PUBLISHED,
    RETIRED,
    STAGED,
    SUPERSEDED,
    ChunkRow,
    CollectionRow,
    DocumentRow,
    FindingRow,
    RunRow,
    VersionRow,
    now,
)

_MOST_IDS = 500  # bound parameters in one statement


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """What the ledger holds as published of one item."""

    version_id: int
    document_id: str
    uri: str
    key: str
    content_hash: str
    collection: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be staged: an item, its parsed text and its chunks."""

    item: SourceItem
    key: str
    title: str
    language: str
    text: str
    chunks: Sequence[Chunk]
    countries: Mapping[str, float]  # shares of what the document is about


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version as the ledger holds it, with its chunks."""

    id: int
    key: str
    title: str
    chunks: tuple[Chunk, ...]


class LedgerWriter:
    """Writes of one ingest run. The caller holds the writer's lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin_run(self, source: str) -> int:
        with Session(self._engine) as session, session.begin():
            run = RunRow(source=source, counts={})
            session.add(run)
            session.flush()
            return run.id

    def finish_run(self, run_id: int, counts: dict[str, int], findings: Iterable[Finding]) -> None:
        with Session(self._engine) as session, session.begin():
            for finding in findings:
                session.add(FindingRow(run_id=run_id, item=finding.item, code=finding.code, message=finding.message))
            run = session.get_one(RunRow, run_id)
            run.counts = dict(counts)
            run.finished_at = now()

    def published(self) -> dict[str, PublishedItem]:
        """Everything published, by uri."""
        columns = [getattr(VersionRow, name) for name in PublishedItem.__dataclass_fields__ if name != "version_id"]
        statement = select(VersionRow.id, *columns).where(VersionRow.state == PUBLISHED)
        with self._engine.connect() as connection:
            rows = [PublishedItem(*row) for row in connection.execute(statement)]
        return {row.uri: row for row in rows}

    def stage(self, version: NewVersion, collection: str, run_id: int) -> int:
        """Write down a version that nobody reads yet; returns its row's id."""
        item = version.item
        with Session(self._engine) as session, session.begin():
            if session.get(DocumentRow, item.document_id) is None:
                session.add(DocumentRow(id=item.document_id))
                session.flush()
            last = select(func.max(VersionRow.number)).where(VersionRow.document_id == item.document_id)
            row = VersionRow(
                document_id=item.document_id,
                number=(session.execute(last).scalar() or 0) + 1,
                key=version.key,
                uri=item.uri,
                content_hash=item.content_hash,
                title=version.title,
                kind=item.kind,
                language=version.language,
                audience=item.audience,
                customer_id=item.customer_id,
                effective_from=item.effective_from,
                effective_to=item.effective_to,
                text=version.text,
                details={"countries": dict(version.countries)},
                collection=collection,
                state=STAGED,
                run_id=run_id,
            )
            session.add(row)
            session.flush()
            session.add_all(
                ChunkRow(
                    version_id=row.id,
                    ordinal=chunk.ordinal,
                    record_id=record_id(version.key, chunk.ordinal),
                    start=chunk.start,
                    end=chunk.end,
                    heading=list(chunk.heading),
                    page=chunk.page,
                    language=chunk.language,
                    header=chunk.header,
                    units=[[unit.start, unit.end, unit.text] for unit in chunk.units],
                )
                for chunk in version.chunks
            )
            return row.id

    def publish(self, version_id: int, collection: str) -> None:
        """Make a staged version live and end the one of the same item it replaces, in one transaction.

        Readers search ``collection`` from then on; what else is published has to be in it already.
        """
        with Session(self._engine) as session, session.begin():
            row = session.get_one(VersionRow, version_id)
            session.execute(
                update(VersionRow)
                .where(VersionRow.uri == row.uri, VersionRow.state == PUBLISHED)
                .values(state=SUPERSEDED, ended_at=now())
            )
            row.state = PUBLISHED
            row.published_at = now()
            _make_live(session, collection)

    def retire(self, version_ids: Sequence[int]) -> None:
        """End versions whose items left their source."""
        with Session(self._engine) as session, session.begin():
            for at in range(0, len(version_ids), _MOST_IDS):
                page = VersionRow.id.in_(version_ids[at : at + _MOST_IDS])
                current = update(VersionRow).where(page, VersionRow.state == PUBLISHED)
                session.execute(current.values(state=RETIRED, ended_at=now()))

    def ensure_collection(self, name: str, model: str) -> None:
        with Session(self._engine) as session, session.begin():
            if session.get(CollectionRow, name) is None:
                session.add(CollectionRow(name=name, model=model, state="filling"))

    def outside(self, collection: str) -> list[StoredVersion]:
        """Published versions whose vectors are in another collection, with their chunks."""
        versions = select(VersionRow).where(VersionRow.state == PUBLISHED, VersionRow.collection != collection)
        found = []
        with Session(self._engine) as session:
            for row in session.execute(versions.order_by(VersionRow.id)).scalars():
                chunks = select(ChunkRow).where(ChunkRow.version_id == row.id).order_by(ChunkRow.ordinal)
                stored = tuple(_chunk(chunk) for chunk in session.execute(chunks).scalars())
                found.append(StoredVersion(row.id, row.key, row.title, stored))
        return found

    def record_ids(self, version_ids: Sequence[int]) -> list[str]:
        """Ids in the vector store of all that these versions consist of."""
        found: list[str] = []
        with self._engine.connect() as connection:
            for at in range(0, len(version_ids), _MOST_IDS):
                page = ChunkRow.version_id.in_(version_ids[at : at + _MOST_IDS])
                for record, units in connection.execute(select(ChunkRow.record_id, ChunkRow.units).where(page)):
                    found += _all_ids(record, len(units))
        return found

    def move(self, version_ids: Sequence[int], collection: str) -> None:
        """Note that the vectors of these versions are in ``collection`` now."""
        with Session(self._engine) as session, session.begin():
            session.execute(update(VersionRow).where(VersionRow.id.in_(version_ids)).values(collection=collection))

    def switch_collection(self, name: str) -> None:
        """Make ``name`` the collection that readers search; the others are left."""
        with Session(self._engine) as session, session.begin():
            _make_live(session, name)

    def left_collections(self) -> list[str]:
        """Collections that readers no longer search and nobody fills."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(CollectionRow.name).where(CollectionRow.state == "left")).scalars())

    def forget_collection(self, name: str) -> None:
        """The store no longer holds this collection."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(CollectionRow).where(CollectionRow.name == name))

    def leftovers(self) -> dict[int, list[str]]:
        """Record ids that the store may drop, by version: of versions that ended, or were staged and never published.

        Ids that a published version also owns (a text that came back) are left out.
        """
        ended = select(VersionRow.id).where(VersionRow.state != PUBLISHED, VersionRow.purged.is_(False))
        kept = (
            select(ChunkRow.record_id)
            .join(VersionRow, VersionRow.id == ChunkRow.version_id)
            .where(VersionRow.state == PUBLISHED)
        )
        found: dict[int, list[str]] = {}
        with self._engine.connect() as connection:
            for version_id in connection.execute(ended).scalars():
                found[version_id] = []
            statement = select(ChunkRow.version_id, ChunkRow.record_id, ChunkRow.units).where(
                ChunkRow.version_id.in_(ended), ChunkRow.record_id.not_in(kept)
            )
            for version_id, record, units in connection.execute(statement):
                found[version_id] += _all_ids(record, len(units))
        return found

    def mark_purged(self, version_ids: Sequence[int]) -> None:
        """The store no longer holds these; a version that never went live is forgotten altogether."""
        with Session(self._engine) as session, session.begin():
            staged = select(VersionRow.id).where(VersionRow.id.in_(version_ids), VersionRow.state == STAGED)
            dropped = list(session.execute(staged).scalars())
            session.execute(delete(ChunkRow).where(ChunkRow.version_id.in_(dropped)))
            session.execute(delete(VersionRow).where(VersionRow.id.in_(dropped)))
            session.execute(update(VersionRow).where(VersionRow.id.in_(version_ids)).values(purged=True))


def record_id(version_key: str, ordinal: int) -> str:
    """The id of a chunk in the vector store."""
    return f"{version_key}:{ordinal}"


def unit_record_id(chunk_record_id: str, unit: int) -> str:
    """The id of a chunk's unit (a sentence or row) in the vector store."""
    return f"{chunk_record_id}:{unit}"


def _make_live(session: Session, collection: str) -> None:
    session.execute(update(CollectionRow).where(CollectionRow.name != collection).values(state="left"))
    session.execute(update(CollectionRow).where(CollectionRow.name == collection).values(state="live"))


def _all_ids(chunk_record_id: str, units: int) -> list[str]:
    return [chunk_record_id, *(unit_record_id(chunk_record_id, unit) for unit in range(units))]


def _chunk(row: ChunkRow) -> Chunk:
    units = tuple(Unit(*unit) for unit in row.units)
    return Chunk(row.ordinal, row.start, row.end, tuple(row.heading), row.page, row.language, units, row.header)
