"""Which collection of the vector store readers search, and which is being filled beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from ingest.documents import Chunk, Unit
from ingest.ledger.tables import LIVE, PAST, STAGED, ChunkRow, CollectionRow, VectorRow, VersionRow
from ingest.paging import pages
from ingest.texts import chunk_texts


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version as the ledger holds it, with its chunks."""

    id: int
    key: str
    title: str
    shelf: str
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection and the model that made its vectors, as the settings named it."""

    name: str
    model: str
    fingerprint: str


class Collections:
    """What the ledger knows of the store's collections. Writes are for the holder of the writer's lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def live(self) -> CollectionInfo | None:
        """The collection that readers search, or None before anything was published."""
        columns = (CollectionRow.name, CollectionRow.model, CollectionRow.fingerprint)
        with self._engine.connect() as connection:
            row = connection.execute(select(*columns).where(CollectionRow.state == "live")).first()
        return CollectionInfo(*row) if row else None

    def named_for(self, fingerprint: str) -> str:
        """The collection for vectors of this model: the one there is, the live one first, or a name for a new one."""
        own = select(CollectionRow.name, CollectionRow.state).where(CollectionRow.fingerprint == fingerprint)
        with self._engine.connect() as connection:
            found = {state: name for name, state in connection.execute(own.order_by(CollectionRow.name))}
        return found.get("live") or found.get("filling") or found.get("left") or first_name(fingerprint)

    def ensure(self, name: str, model: str, fingerprint: str) -> None:
        with Session(self._engine) as session, session.begin():
            if session.get(CollectionRow, name) is None:
                session.add(CollectionRow(name=name, model=model, fingerprint=fingerprint, state="filling"))

    def outside(self, collection: str) -> Iterator[StoredVersion]:
        """Versions on a shelf whose vectors are in another collection, the live ones first, with their chunks."""
        wanted = VersionRow.shelf.in_((LIVE, PAST)) & (VersionRow.state != STAGED)
        ids = select(VersionRow.id).where(wanted, VersionRow.collection != collection)
        with self._engine.connect() as connection:
            found = list(connection.execute(ids.order_by(VersionRow.shelf, VersionRow.id)).scalars())
        for version_id in found:
            yield self.version(version_id)

    def version(self, version_id: int) -> StoredVersion:
        """A version with its chunks."""
        with Session(self._engine) as session:
            row = session.get_one(VersionRow, version_id)
            chunks = select(ChunkRow).where(ChunkRow.version_id == row.id).order_by(ChunkRow.ordinal)
            stored = tuple(_chunk(chunk) for chunk in session.execute(chunks).scalars())
            return StoredVersion(row.id, row.key, row.title, row.shelf, stored)

    def move(self, versions: Sequence[StoredVersion], collection: str) -> None:
        """Note that the vectors of these versions are in ``collection`` now, under digests made as they are today."""
        digests = [
            {"version_id": version.id, "ordinal": chunk.ordinal, "digest": text.digest}
            for version in versions
            for chunk, text in zip(version.chunks, chunk_texts(version.key, version.title, version.chunks), strict=True)
        ]
        with Session(self._engine) as session, session.begin():
            for page in pages([version.id for version in versions]):
                session.execute(update(VersionRow).where(VersionRow.id.in_(page)).values(collection=collection))
            if digests:
                session.execute(update(ChunkRow), digests)

    def switch(self, name: str, moved_from: str | None = None) -> None:
        """Make ``name`` the collection that readers search; the others are left.

        :param moved_from: the collection whose vectors are all in ``name`` now.
        """
        with Session(self._engine) as session, session.begin():
            if moved_from:
                session.execute(update(VersionRow).where(VersionRow.collection == moved_from).values(collection=name))
            make_live(session, name)

    def left(self) -> list[str]:
        """Collections that readers no longer search and nobody fills."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(CollectionRow.name).where(CollectionRow.state == "left")).scalars())

    def forget(self, name: str) -> None:
        """The store no longer holds this collection; vectors of a model that no other one is made with go too."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(CollectionRow).where(CollectionRow.name == name))
            session.execute(delete(VectorRow).where(VectorRow.fingerprint.not_in(select(CollectionRow.fingerprint))))


def first_name(fingerprint: str) -> str:
    """The first collection of a model; vectors of two models never mix."""
    return f"polydesk-{fingerprint}"


def past_name(collection: str) -> str:
    """The collection beside ``collection`` that keeps what is searched for questions about the past only."""
    return f"{collection}-past"


def make_live(session: Session, collection: str) -> None:
    """Switch within a transaction."""
    session.execute(update(CollectionRow).where(CollectionRow.name != collection).values(state="left"))
    session.execute(update(CollectionRow).where(CollectionRow.name == collection).values(state="live"))


def _chunk(row: ChunkRow) -> Chunk:
    units = tuple(Unit(*unit) for unit in row.units)
    return Chunk(row.ordinal, row.start, row.end, tuple(row.heading), row.page, row.language, units, row.header)
