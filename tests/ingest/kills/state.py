"""All that a knowledge base consists of, in a form that can be compared byte for byte."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.tables import PUBLISHED, ChunkRow, RecordRow, VersionRow

_FIELDS = ("document_id", "key", "content_hash", "title", "kind", "language", "text", "effective_from", "shelf")
_CHUNK = ("ordinal", "record_id", "start", "end", "heading", "page", "language", "header", "units")


def state(knowledge: Knowledge) -> dict[str, Any]:
    """Published versions by key with their chunks and records, and every record of the live shelf."""
    live = Collections(knowledge.engine).live()
    assert live is not None
    with Session(knowledge.engine) as session:
        published = {}
        for row in session.execute(select(VersionRow).where(VersionRow.state == PUBLISHED)).scalars():
            chunks = session.execute(select(ChunkRow).where(ChunkRow.version_id == row.id).order_by(ChunkRow.ordinal))
            records = session.execute(
                select(RecordRow.record_id, RecordRow.digest).where(RecordRow.version_id == row.id)
            ).all()
            published[row.key] = (
                [getattr(row, name) for name in _FIELDS],
                [[getattr(chunk, name) for name in _CHUNK] for chunk in chunks.scalars()],
                sorted(map(tuple, records)),
            )
    collection = knowledge.store.collection(live.name)
    stored = {
        # Texts and ids to the byte; the store gives vectors back with their last bits rounded.
        record.id: (record.text, dict(record.metadata), [round(float(value), 4) + 0.0 for value in record.vector])
        for record in collection.get(list(collection.ids()))
    }
    return {"published": published, "stored": stored}
