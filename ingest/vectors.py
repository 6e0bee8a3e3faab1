"""Write the vectors of new versions to ledger and store; a text that has vectors is not embedded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ingest.chunk_vectors import ChunkVectors
from ingest.paging import pages
from ingest.store.vectors import Record
from ingest.text_vectors import EncodedTexts, TextVectors
from ingest.texts import ChunkText

if TYPE_CHECKING:
    from ingest.store.vectors import Scalar, VectorCollection

_PAGE = 256  # chunks embedded at once: the states of all tokens of a long manual would fill the memory
_PAGES_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many texts had to be embedded, and of how many chunks they are."""

    texts: int = 0
    chunks: int = 0


class VectorWriter:
    """Writes the vectors of chunks into the ledger, and a record for each chunk into a collection."""

    def __init__(self, collection: VectorCollection, texts: TextVectors) -> None:
        self._collection = collection
        self._texts = texts

    def write(self, texts: Sequence[ChunkText], ahead: Sequence[EncodedTexts] = ()) -> Embedded:
        """Write a record for each of ``texts``, which have distinct record ids.

        :param ahead: what :func:`encode_ahead` gave for the same texts.
        """
        rest = pages(texts[sum(len(each.texts) for each in ahead) :], _PAGE)
        written = [self._write(each) for each in chain(ahead, map(self._texts.encode, rest))]
        return Embedded(sum(each.texts for each in written), sum(each.chunks for each in written))

    def _write(self, encoded: EncodedTexts) -> Embedded:
        vectors = self._texts.keep(encoded)
        self._collection.add([record_of(text, vectors[text.digest]) for text in encoded.texts])
        return Embedded(encoded.embedded(), len(encoded.new))


def encode_ahead(texts: Sequence[ChunkText], vectors: TextVectors) -> list[EncodedTexts]:
    """Embed the first of ``texts``, which are all of them but of a long manual, and write nothing."""
    return [vectors.encode(page) for page in pages(texts[: _PAGE * _PAGES_AHEAD], _PAGE)]


def record_of(text: ChunkText, vectors: ChunkVectors) -> Record:
    """How a chunk stands in the vector store."""
    metadata: dict[str, Scalar] = {
        "version": text.version_key,
        "language": text.language,
        "units": len(text.units),
    }
    return Record(text.record_id, vectors.whole, text.text, metadata)
