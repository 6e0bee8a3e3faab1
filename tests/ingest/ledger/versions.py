"""Small versions to put into a ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from ingest.chunk_vectors import ChunkVectors, chunk_vectors
from ingest.documents import Chunk, SourceItem, Unit
from ingest.embedding.windows import WindowVectors
from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.writing import LedgerWriter, NewVersion
from ingest.texts import chunk_texts, record_id

COLLECTION = "polydesk-a"
TODAY = date(2026, 11, 21)


def version(
    text: str,
    uri: str = "file:///docs/returns.md",
    document_id: str = "returns.md",
    since: str | None = None,
    until: str | None = None,
    audience: str = "all",
    customer: str | None = None,
) -> NewVersion:
    """A version whose chunks are the lines of ``text``, each one unit."""
    item = SourceItem(
        uri,
        document_id,
        content_hash=text,
        effective_from=date.fromisoformat(since) if since else None,
        effective_to=date.fromisoformat(until) if until else None,
        audience=audience,
        customer_id=customer,
    )
    chunks, at = [], 0
    for ordinal, line in enumerate(text.split("\n")):
        end = at + len(line)
        chunks.append(Chunk(ordinal, at, end, ("Heading",), None, "en", (Unit(at, end, line),)))
        at = end + 1
    key = f"{document_id}-{uri.rpartition('/')[2]}-{abs(hash(text))}"
    return NewVersion(item, key, document_id, "en", text, chunks, details={})


def with_id(new: NewVersion, document_id: str) -> NewVersion:
    return replace(new, item=replace(new.item, document_id=document_id))


def publish(writer: LedgerWriter, new: NewVersion, collection: str = COLLECTION) -> int:
    number = stage(writer, new, collection)
    writer.publish([number], collection)
    return number


def stage(writer: LedgerWriter, new: NewVersion, collection: str = COLLECTION) -> int:
    (number,) = writer.stage([new], collection, None)
    return number


def ids(new: NewVersion) -> list[str]:
    """All ids that the version has in the vector store."""
    return [record_id(new.key, chunk.ordinal) for chunk in new.chunks]


def digests(new: NewVersion) -> set[str]:
    """Under which the ledger keeps the vectors of its chunks."""
    return {text.digest for text in chunk_texts(new.key, new.title, new.chunks)}


def random_vectors(seed: int, units: int = 2, dimension: int = 16) -> ChunkVectors:
    """As if a model had made them of a chunk of three tokens a text."""
    chance = np.random.default_rng(seed)

    def drawn(texts: int) -> WindowVectors:
        vector, *rows = chance.normal(size=(texts + 1, dimension)).astype(np.float32)
        states = [chance.normal(size=(3, dimension)).astype(np.float32) for _ in range(texts)]
        return WindowVectors(vector, np.stack(rows), states)

    return chunk_vectors(drawn(1), [drawn(units)])


def texts(reader: LedgerReader, *news: NewVersion, scope: Scope | None = None) -> list[str]:
    """The words of the chunks that a reader sees of ``news``, in order."""
    wanted = [record_id(new.key, chunk.ordinal) for new in news for chunk in new.chunks]
    seen = reader.live_chunks(wanted, scope or Scope(TODAY))
    return [seen[id].text for id in wanted if id in seen]
