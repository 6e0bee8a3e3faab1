"""What of a version is embedded: every chunk with its title and headings, and every unit; each under its record id."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.chunking import embedding_text
from ingest.documents import Chunk

Part = Literal["chunk", "unit"]


@dataclass(frozen=True, slots=True)
class EmbeddedText:
    """One text to embed, and the id of its record in the vector store."""

    record_id: str
    version_key: str
    part: Part
    language: str
    text: str

    @property
    def digest(self) -> str:
        """The same for every text that gets the same vector, whatever its document."""
        return hashlib.sha256(f"{self.language}\n{self.text}".encode()).hexdigest()[:32]


def record_id(version_key: str, ordinal: int) -> str:
    """The id of a chunk in the vector store and the lexical index."""
    return f"{version_key}:{ordinal}"


def unit_record_id(chunk_record_id: str, unit: int) -> str:
    """The id of a chunk's unit (a sentence or row) in the vector store."""
    return f"{chunk_record_id}:{unit}"


def chunk_record_id(any_record_id: str) -> str:
    """The id of the chunk that a record is, or is a unit of."""
    return ":".join(any_record_id.split(":")[:2])


def is_chunk(any_record_id: str) -> bool:
    """Whether the record is a chunk, and no unit of one."""
    return any_record_id.count(":") == 1


def embedded_texts(key: str, title: str, chunks: Sequence[Chunk]) -> list[EmbeddedText]:
    """Everything of a version that is embedded, a chunk before its units."""
    found: list[EmbeddedText] = []
    for chunk in chunks:
        own = record_id(key, chunk.ordinal)
        found.append(EmbeddedText(own, key, "chunk", chunk.language, embedding_text(chunk, title)))
        found += [
            EmbeddedText(unit_record_id(own, at), key, "unit", chunk.language, unit.text)
            for at, unit in enumerate(chunk.units)
        ]
    return found
