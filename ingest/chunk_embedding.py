"""Embed chunks: of each its context, and its units in windows of a few; no text twice, wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ingest.chunk_vectors import ChunkVectors, chunk_vectors
from ingest.embedding.base import Encoded
from ingest.embedding.centring import CentredEmbedder, Means
from ingest.embedding.windows import WINDOW_TOKENS, Window, window_text, window_vectors, windows

if TYPE_CHECKING:
    from ingest.embedding.base import Embedder


class Wording(NamedTuple):
    """What of a chunk is embedded."""

    language: str
    context: str  # title, heading path and table header, a line each
    units: Sequence[str]


def embedded_windows(
    chunks: Sequence[Wording], embedder: CentredEmbedder, size: float = WINDOW_TOKENS
) -> list[list[Window]]:
    """What is embedded of each chunk: its context first, which may be empty."""
    counted = iter(embedder.count_tokens([unit for chunk in chunks for unit in chunk.units]))
    return [
        [(chunk.context,), *windows(chunk.units, list(islice(counted, len(chunk.units))), size)] for chunk in chunks
    ]


def distinct(chunks: Sequence[Wording], cut: Sequence[Sequence[Window]]) -> list[tuple[str, Window]]:
    """The windows of all chunks with their language, each once; without empty contexts."""
    named = (
        (chunk.language, window)
        for chunk, windows_of in zip(chunks, cut, strict=True)
        for window in (windows_of if chunk.context else windows_of[1:])
    )
    return list(dict.fromkeys(named))


class ComingVectors(Protocol):
    """Chunks that are embedded, or are being embedded elsewhere: then both methods wait."""

    def embedded(self) -> int:
        """How many texts the model was given."""

    def vectors(self) -> list[ChunkVectors]:
        """The vectors of each chunk."""


class ChunkEncoder(Protocol):
    """Embeds chunks, here or elsewhere."""

    def encode(self, chunks: Sequence[Wording]) -> ComingVectors:
        """Embed chunks, or begin to, and leave the rest for later."""


@dataclass(frozen=True)
class EncodedChunks:
    """Chunks as the model sees them, from which their vectors are put together without it."""

    chunks: Sequence[Wording]
    cut: Sequence[Sequence[Window]]
    texts: Sequence[tuple[str, Window]]  # language and window, each once
    encoded: Encoded  # of the texts
    means: Means

    def embedded(self) -> int:
        return len(self.texts)

    def vectors(self) -> list[ChunkVectors]:
        languages, of = [language for language, _ in self.texts], [window for _, window in self.texts]
        found = dict(zip(self.texts, window_vectors(self.means, of, languages, self.encoded), strict=True))
        return [
            chunk_vectors(
                found[chunk.language, context] if chunk.context else None,
                [found[chunk.language, window] for window in body],
            )
            for chunk, (context, *body) in zip(self.chunks, self.cut, strict=True)
        ]


def encode_chunks(embedder: CentredEmbedder, chunks: Sequence[Wording], size: float = WINDOW_TOKENS) -> EncodedChunks:
    """Embed chunks, which is all that takes long, and leave the rest for later.

    :param size: tokens of a window, about.
    """
    cut = embedded_windows(chunks, embedder, size)
    texts = distinct(chunks, cut)
    encoded = embedder.embedder.encode([window_text(of) for _, of in texts], "passage")
    return EncodedChunks(chunks, cut, texts, encoded, embedder.means)


@dataclass(frozen=True)
class LocalEncoder:
    """Embeds chunks with a model of this machine."""

    embedder: CentredEmbedder

    def encode(self, chunks: Sequence[Wording]) -> EncodedChunks:
        return encode_chunks(self.embedder, chunks)


@dataclass(frozen=True)
class MadeElsewhere:
    """Implements :class:`ComingVectors`, with what :func:`chunk_records` gives in other processes, part by part."""

    parts: Sequence[Future[tuple[list[bytes], int]]]

    def embedded(self) -> int:
        return sum(part.result()[1] for part in self.parts)

    def vectors(self) -> list[ChunkVectors]:
        return [ChunkVectors.from_bytes(made) for part in self.parts for made in part.result()[0]]


def chunk_records(model: Embedder, means: Means, chunks: Sequence[Wording]) -> tuple[list[bytes], int]:
    """The vectors of chunks in the form in which the ledger keeps them, and how many texts the model was given.

    They are put together where the model is: they take a thirtieth of what its states would on the way to the writer.
    """
    vectors, embedded = embed_chunks(CentredEmbedder(model, means, ""), chunks)
    return [each.to_bytes() for each in vectors], embedded


def embed_chunks(
    embedder: CentredEmbedder, chunks: Sequence[Wording], size: float = WINDOW_TOKENS
) -> tuple[list[ChunkVectors], int]:
    """The vectors of chunks, and how many texts were embedded for them.

    :param size: tokens of a window, about.
    """
    encoded = encode_chunks(embedder, chunks, size)
    return encoded.vectors(), encoded.embedded()
