"""Embed the texts of new versions and write them to the store; a text that has vectors is not embedded again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.chunk_vectors import ChunkVectors, chunk_vectors
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.paging import pages
from ingest.ledger.vectors import VectorShelf
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
        made, embedded = self._made(missing.values()) if missing else ([], 0)
        new = dict(zip(missing, made, strict=True))
        self._kept.put(new)
        vectors |= new
        self._collection.add([record_of(text, vectors[digests[text.record_id]]) for text in texts])
        return Embedded(embedded, len(missing))

    def _made(self, texts: Collection[ChunkText]) -> tuple[list[ChunkVectors], int]:
        """The vectors of chunks, and how many texts were embedded for them: each is once, wherever it stands."""
        import numpy as np

        at: dict[tuple[str, str], int] = {}
        for text in texts:
            for part in filter(None, (text.context, *text.units)):
                at.setdefault((text.language, part), len(at))
        encoded = self._embedder.encode([part for _, part in at], [language for language, _ in at], "passage")
        nothing = np.zeros((1, self._embedder.dimension), dtype=np.float32)
        vectors = np.vstack([encoded.vectors, nothing])
        states = [*encoded.states, nothing[:0]]
        made = []
        for text in texts:
            rows = [at.get((text.language, part), -1) for part in (text.context, *text.units)]
            made.append(chunk_vectors(vectors[rows], [states[row] for row in rows]))
        return made, len(at)


def record_of(text: ChunkText, vectors: ChunkVectors) -> Record:
    """How a chunk stands in the vector store."""
    metadata: dict[str, Scalar] = {
        "version": text.version_key,
        "language": text.language,
        "units": len(text.units),
    }
    return Record(text.record_id, vectors.whole, text.text, metadata)
