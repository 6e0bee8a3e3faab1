"""All that a knowledge base consists of, in a form that can be compared byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.chunk_vectors import ChunkVectors
from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.tables import NOWHERE, PUBLISHED, STAGED, ChunkRow, VectorRow, VersionRow

_TOLERANCE = 1e-4
_BITS = 1e-3  # a share of them: what is nearly zero falls to either side
_FIELDS = ("document_id", "key", "content_hash", "title", "kind", "language", "text", "effective_from", "shelf")
_CHUNK = ("ordinal", "record_id", "digest", "start", "end", "heading", "page", "language", "header", "units")


@dataclass(frozen=True)
class State:
    """What has to be equal to the byte, by what it is of; the store's vectors by id; the ledger's by text's digest."""

    exact: dict[str, dict[str, Any]]
    stored: dict[str, NDArray[np.float32]]
    kept: dict[str, ChunkVectors]


def state(knowledge: Knowledge) -> State:
    """Published versions by key with their chunks and vectors, and all that both indexes of the live shelf hold.

    ``unowned`` are vectors in the ledger that no version on a shelf has, ``wanting`` texts on a shelf that have no
    vectors: of a sound knowledge base there is neither.
    """
    live = Collections(knowledge.engine).live()
    assert live is not None
    with Session(knowledge.engine) as session:
        published, wanted = {}, set()
        for row in session.execute(select(VersionRow).where(VersionRow.state == PUBLISHED)).scalars():
            found = select(ChunkRow).where(ChunkRow.version_id == row.id).order_by(ChunkRow.ordinal)
            chunks = session.execute(found).scalars().all()
            wanted |= {chunk.digest for chunk in chunks}
            published[row.key] = (
                [getattr(row, name) for name in _FIELDS],
                [[getattr(chunk, name) for name in _CHUNK] for chunk in chunks],
            )
        on_a_shelf = (VersionRow.shelf != NOWHERE) & (VersionRow.state != STAGED)
        owners = select(ChunkRow.digest).join(VersionRow, VersionRow.id == ChunkRow.version_id).where(on_a_shelf)
        owned = set(session.execute(owners).scalars())
        rows = session.execute(select(VectorRow)).scalars().all()
        kept = {row.digest: row.payload for row in rows if row.fingerprint == live.fingerprint}
        unowned = [row.digest for row in rows if row.digest not in owned or row.fingerprint != live.fingerprint]
    collection = knowledge.store.collection(live.name)
    records = {record.id: record for record in collection.get(list(collection.ids()))}
    return State(
        {
            "published": published,
            "stored": {id: (record.text, dict(record.metadata)) for id, record in records.items()},
            "words": dict(knowledge.words.live.digests()),
            "unowned": dict.fromkeys(unowned),
            "wanting": dict.fromkeys(owned - kept.keys()),
        },
        {id: record.vector for id, record in records.items()},
        {digest: ChunkVectors.from_bytes(payload) for digest, payload in kept.items() if digest in wanted},
    )


def differences(one: State, other: State) -> list[str]:
    """Texts and ids to the byte; vectors but for their last bits, which the store rounds when it gives them back."""
    found = [f"{name}: {id}" for each in (one, other) for name in ("unowned", "wanting") for id in each.exact[name]]
    for name in one.exact:
        ours, theirs = one.exact[name], other.exact[name]
        both = ours.keys() & theirs.keys()
        found += [f"{name}: only in one: {id}" for id in sorted(ours.keys() ^ theirs.keys())]
        found += [f"{name}: other content: {id}" for id in sorted(both) if ours[id] != theirs[id]]
    for id in sorted(one.stored.keys() & other.stored.keys()):
        apart = float(np.abs(one.stored[id] - other.stored[id]).max())
        if apart > _TOLERANCE:
            found.append(f"vector of {id}: {apart:.6f} apart")
    found += [f"kept: only in one: {digest}" for digest in sorted(one.kept.keys() ^ other.kept.keys())]
    for digest in sorted(one.kept.keys() & other.kept.keys()):
        if not _alike(one.kept[digest], other.kept[digest]):
            found.append(f"kept: other vectors: {digest}")
    return found


def _alike(one: ChunkVectors, other: ChunkVectors) -> bool:
    if (one.units.shape, one.tokens.shape) != (other.units.shape, other.tokens.shape):
        return False
    apart = max(float(np.abs(one.units - other.units).max()), float(np.abs(one.whole - other.whole).max()))
    return apart < _TOLERANCE * 10 and float(np.unpackbits(one.tokens ^ other.tokens).mean()) < _BITS
