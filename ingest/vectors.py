"""Embed the texts of new versions and write them to the store; a text that has vectors is not embedded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.chunk_embedding import embed_chunks
from ingest.chunk_vectors import ChunkVectors
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.vectors import VectorShelf
from ingest.paging import pages
from ingest.store.vectors import Record
from ingest.texts import ChunkText

if TYPE_CHECKING:
    from ingest.store.vectors import Scalar, VectorCollection

_PAGE = 256  # chunks embedded at once: the states of all tokens of a long manual would fill the memory


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many texts had to be embedded, and of how many chunks they are."""

    texts: int = 0
    chunks: int = 0


class VectorWriter:
    """Writes the vectors of chunks into the ledger, and a record for each chunk into a collection."""

    def __init__(self, collection: VectorCollection, kept: VectorShelf, embedder: CentredEmbedder) -> None:
        self._collection = collection
        self._kept = kept
        self._embedder = embedder

    def write(self, texts: Sequence[ChunkText]) -> Embedded:
        """Write a record for each of ``texts``, which have distinct record ids."""
        written = [self._write(page) for page in pages(texts, _PAGE)]
        return Embedded(sum(each.texts for each in written), sum(each.chunks for each in written))

    def _write(self, texts: Sequence[ChunkText]) -> Embedded:
        digests = {text.record_id: text.digest for text in texts}
        vectors = self._kept.get(digests.values())
        missing = {digest: text for text in texts if (digest := digests[text.record_id]) not in vectors}
        wordings = [text.wording for text in missing.values()]
        made, embedded = embed_chunks(self._embedder, wordings) if missing else ([], 0)
        new = dict(zip(missing, made, strict=True))
        self._kept.put(new)
        vectors |= new
        self._collection.add([record_of(text, vectors[digests[text.record_id]]) for text in texts])
        return Embedded(embedded, len(missing))


def record_of(text: ChunkText, vectors: ChunkVectors) -> Record:
    """How a chunk stands in the vector store."""
    metadata: dict[str, Scalar] = {
        "version": text.version_key,
        "language": text.language,
        "units": len(text.units),
    }
    return Record(text.record_id, vectors.whole, text.text, metadata)
