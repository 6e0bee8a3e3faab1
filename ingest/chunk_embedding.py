"""Embed chunks: of each its context, and its units in windows of a few; no text twice, wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from ingest.chunk_vectors import ChunkVectors, chunk_vectors
from ingest.embedding.base import Encoded
from ingest.embedding.centring import CentredEmbedder, Means
from ingest.embedding.windows import WINDOW_TOKENS, Window, window_text, window_vectors, windows


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


@dataclass(frozen=True)
class EncodedChunks:
    """Chunks as the model sees them, from which their vectors are put together without it."""

    chunks: Sequence[Wording]
    cut: Sequence[Sequence[Window]]
    texts: Sequence[tuple[str, Window]]  # language and window, each once
    encoded: Encoded  # of the texts

    def vectors(self, means: Means) -> list[ChunkVectors]:
        """The vectors of each chunk."""
        languages, of = [language for language, _ in self.texts], [window for _, window in self.texts]
        found = dict(zip(self.texts, window_vectors(means, of, languages, self.encoded), strict=True))
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
    return EncodedChunks(chunks, cut, texts, embedder.embedder.encode([window_text(of) for _, of in texts], "passage"))


def embed_chunks(
    embedder: CentredEmbedder, chunks: Sequence[Wording], size: float = WINDOW_TOKENS
) -> tuple[list[ChunkVectors], int]:
    """The vectors of chunks, and how many texts were embedded for them.

    :param size: tokens of a window, about.
    """
    encoded = encode_chunks(embedder, chunks, size)
    return encoded.vectors(embedder.means), len(encoded.texts)
