"""Embed the chunks of new versions and write them to the store: a vector for each chunk, one for each of its units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.chunking import embedding_text
from ingest.documents import Chunk
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.writing import record_id, unit_record_id
from ingest.store.vectors import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.store.vectors import VectorCollection

_PAGE = 500


class VectorWriter:
    """Writes versions into one collection; a text that is known is not embedded again."""

    def __init__(self, collection: VectorCollection, embedder: CentredEmbedder) -> None:
        self._collection = collection
        self._embedder = embedder

    def write(self, versions: Sequence[tuple[str, str, Sequence[Chunk]]], known: Sequence[str]) -> int:
        """Write ``(key, title, chunks)`` of each version.

        :param known: record ids of the versions these replace; their vectors serve again where the text is the same.
        :returns: how many texts had to be embedded.
        """
        texts: dict[str, tuple[str, str, str, str]] = {}
        for key, title, chunks in versions:
            for chunk in chunks:
                first, *units = _texts(title, chunk)
                chunk_id = record_id(key, chunk.ordinal)
                texts[chunk_id] = (*first, key, "chunk")
                texts |= {unit_record_id(chunk_id, at): (*unit, key, "unit") for at, unit in enumerate(units)}
        vectors = self._known_vectors(known)
        missing = list({(text, language) for text, language, *_ in texts.values()} - vectors.keys())
        made = self._embedder.embed([text for text, _ in missing], [language for _, language in missing], "passage")
        vectors.update(zip(missing, made, strict=True))
        self._collection.add(
            [
                Record(id, vectors[text, language], text, {"version": key, "language": language, "part": part})
                for id, (text, language, key, part) in texts.items()
            ]
        )
        return len(missing)

    def _known_vectors(self, ids: Sequence[str]) -> dict[tuple[str, str], NDArray[np.float32]]:
        found: dict[tuple[str, str], NDArray[np.float32]] = {}
        for at in range(0, len(ids), _PAGE):
            for record in self._collection.get(ids[at : at + _PAGE]):
                found[record.text, str(record.metadata["language"])] = record.vector
        return found


def embedded_texts(title: str, chunks: Sequence[Chunk]) -> list[tuple[str, str]]:
    """Everything of a version that is embedded: texts with their languages, a chunk before its units."""
    return [pair for chunk in chunks for pair in _texts(title, chunk)]


def _texts(title: str, chunk: Chunk) -> list[tuple[str, str]]:
    return [(embedding_text(chunk, title), chunk.language), *((unit.text, chunk.language) for unit in chunk.units)]
