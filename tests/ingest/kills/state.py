"""All that a knowledge base consists of, in a form that can be compared byte for byte."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.tables import PUBLISHED, ChunkRow, RecordRow, VersionRow

_TOLERANCE = 1e-4
_FIELDS = ("document_id", "key", "content_hash", "title", "kind", "language", "text", "effective_from", "shelf")
_CHUNK = ("ordinal", "record_id", "start", "end", "heading", "page", "language", "header", "units")


State = tuple[dict[str, Any], dict[str, NDArray[np.float32]]]


def state(knowledge: Knowledge) -> State:
    """Published versions by key with their chunks and records, and all that both indexes of the live shelf hold."""
    live = Collections(knowledge.engine).live()
    assert live is not None
    with Session(knowledge.engine) as session:
        published = {}
        for row in session.execute(select(VersionRow).where(VersionRow.state == PUBLISHED)).scalars():
            chunks = session.execute(select(ChunkRow).where(ChunkRow.version_id == row.id).order_by(ChunkRow.ordinal))
            digests = session.execute(
                select(RecordRow.record_id, RecordRow.digest).where(RecordRow.version_id == row.id)
            ).all()
            published[row.key] = (
                [getattr(row, name) for name in _FIELDS],
                [[getattr(chunk, name) for name in _CHUNK] for chunk in chunks.scalars()],
                sorted(map(tuple, digests)),
            )
    collection = knowledge.store.collection(live.name)
    records = {record.id: record for record in collection.get(list(collection.ids()))}
    stored = {id: (record.text, dict(record.metadata)) for id, record in records.items()}
    words = knowledge.words.live.digests()
    return {"published": published, "stored": stored, "words": words}, {
        id: record.vector for id, record in records.items()
    }


def differences(one: State, other: State) -> list[str]:
    """Texts and ids to the byte; vectors but for their last bits, which the store rounds when it gives them back."""
    found = []
    for name in one[0]:
        ours, theirs = one[0][name], other[0][name]
        both = ours.keys() & theirs.keys()
        found += [f"{name}: only in one: {id}" for id in sorted(ours.keys() ^ theirs.keys())]
        found += [f"{name}: other content: {id}" for id in sorted(both) if ours[id] != theirs[id]]
    for id in sorted(one[1].keys() & other[1].keys()):
        apart = float(np.abs(one[1][id] - other[1][id]).max())
        if apart > _TOLERANCE:
            found.append(f"vector of {id}: {apart:.6f} apart")
    return found
