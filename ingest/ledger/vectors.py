"""The vectors of chunks in the ledger, by the digest of their text: what says the same is embedded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import Engine, Select, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from ingest.chunk_vectors import ChunkVectors
from ingest.ledger.tables import NOWHERE, ChunkRow, VectorRow, VersionRow
from ingest.paging import pages


class VectorShelf:
    """The vectors that one model made. Writes are for the holder of the writer's lock.

    :param fingerprint: of the model.
    """

    def __init__(self, engine: Engine, fingerprint: str) -> None:
        self._engine = engine
        self._fingerprint = fingerprint

    def get(self, digests: Iterable[str]) -> dict[str, ChunkVectors]:
        """Those that are there and whole, by digest."""
        found: dict[str, ChunkVectors] = {}
        with self._engine.connect() as connection:
            for page in pages(sorted(set(digests))):
                rows = connection.execute(_kept(), {"fingerprint": self._fingerprint, "digests": page})
                for digest, payload in rows.all():
                    try:
                        found[digest] = ChunkVectors.from_bytes(payload)
                    except ValueError:
                        continue  # damaged: as if it were not there, so that it is made again
        return found

    def put(self, made: Mapping[str, ChunkVectors]) -> None:
        """Keep vectors; what was there under a digest is replaced."""
        rows = [
            {"fingerprint": self._fingerprint, "digest": digest, "payload": vectors.to_bytes()}
            for digest, vectors in made.items()
        ]
        with Session(self._engine) as session, session.begin():
            for page in pages(list(made)):
                old = delete(VectorRow).where(VectorRow.fingerprint == self._fingerprint, VectorRow.digest.in_(page))
                session.execute(old)
            if rows:
                session.execute(insert(VectorRow), rows)

    def drop(self, digests: Iterable[str]) -> None:
        """Forget vectors, so that they are made again."""
        with Session(self._engine) as session, session.begin():
            for page in pages(sorted(set(digests))):
                gone = VectorRow.digest.in_(page)
                session.execute(delete(VectorRow).where(VectorRow.fingerprint == self._fingerprint, gone))


@cache
def _kept() -> Select[str, bytes]:
    """Put together once: that takes longer than running it."""
    return select(VectorRow.digest, VectorRow.payload).where(
        VectorRow.fingerprint == bindparam("fingerprint"),
        VectorRow.digest.in_(bindparam("digests", expanding=True)),
    )


def drop_unowned(session: Session, digests: Iterable[str]) -> None:
    """Of these, delete the vectors that no version on any shelf has."""
    for page in pages(sorted(set(digests))):
        owned = (
            select(ChunkRow.digest)
            .join(VersionRow, VersionRow.id == ChunkRow.version_id)
            .where(ChunkRow.digest.in_(page), VersionRow.shelf != NOWHERE)
        )
        kept = set(session.execute(owned).scalars())
        session.execute(delete(VectorRow).where(VectorRow.digest.in_([each for each in page if each not in kept])))
