"""What of a version is embedded: for every chunk its context, and each of its units; never the same words twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.chunk_embedding import Wording
from ingest.chunking import context_of, embedding_text
from ingest.documents import Chunk


@dataclass(frozen=True, slots=True)
class ChunkText:
    """The words of one chunk as they are embedded and indexed."""

    record_id: str  # in the vector store and the lexical index
    version_key: str
    language: str
    context: str  # title, heading path and table header, a line each
    units: tuple[str, ...]
    text: str  # all of it, a line each

    @property
    def wording(self) -> Wording:
        return Wording(self.language, self.context, self.units)

    @property
    def digest(self) -> str:
        """The same for every chunk that gets the same vectors, whatever its document."""
        return text_digest(self.language, len(self.units), self.text)


def record_id(version_key: str, ordinal: int) -> str:
    """The id of a chunk in the vector store and the lexical index."""
    return f"{version_key}:{ordinal}"


def version_key(record_id: str) -> str:
    """The key of the version whose chunk this is."""
    return record_id.rpartition(":")[0]


def text_digest(language: str, units: int, text: str) -> str:
    """32 hexadecimal digits that tell the texts of chunks apart."""
    return hashlib.sha256(f"{language}\n{units}\n{text}".encode()).hexdigest()[:32]


def chunk_texts(key: str, title: str, chunks: Sequence[Chunk]) -> list[ChunkText]:
    """The texts of a version's chunks, in their order."""
    return [
        ChunkText(
            record_id(key, chunk.ordinal),
            key,
            chunk.language,
            context_of(title, chunk.heading, chunk.header),
            tuple(unit.text for unit in chunk.units),
            embedding_text(chunk, title),
        )
        for chunk in chunks
    ]
