"""What an embedding model made of one chunk, and the form in which the ledger keeps it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.embedding.token_codes import PER_BYTE, codes_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding.base import Vectors
    from ingest.embedding.token_codes import Codes
    from ingest.embedding.windows import WindowVectors

CONTEXT_WEIGHT = 0.6  # beside the body (eval/NOTES.md)
_CHECK = struct.Struct("<I")  # CRC-32 of all that follows
_HEAD = struct.Struct("<HHI")  # dimension, units, tokens
_ROWS = 2  # of the context and of the body, in front of the units'


@dataclass(frozen=True, eq=False)
class ChunkVectors:
    """Centred vectors of one chunk's texts.

    ``context``: float32, shape ``(dimension,)``, of title, headings and table header; zeros where there are none.
    ``body``: of all units, shape ``(dimension,)``. ``units``: shape ``(units, dimension)``. ``tokens``: the codes of
    every token of context and units, shape ``(tokens, dimension / 4)``. ``lengths``: how many of these the context
    has, and each unit, shape ``(units + 1,)``.
    """

    context: Vectors
    body: Vectors
    units: Vectors
    tokens: Codes
    lengths: NDArray[np.uint16]

    @cached_property
    def whole(self) -> Vectors:
        """The chunk's own vector, of length 1: what it says, and what it says it about."""
        result: Vectors = wholes([self])[0]
        return result

    def to_bytes(self) -> bytes:
        """Vectors in half precision, tokens as they are, and a sum to tell whether they are whole."""
        import numpy as np

        head = _HEAD.pack(len(self.context), len(self.units), len(self.tokens))
        rows = np.vstack([self.context, self.body, self.units]).astype(np.float16)
        content = head + self.lengths.tobytes() + rows.tobytes() + self.tokens.tobytes()
        return _CHECK.pack(zlib.crc32(content)) + content

    @classmethod
    def from_bytes(cls, stored: bytes) -> ChunkVectors:
        """What :meth:`to_bytes` wrote.

        :raises ValueError: the bytes are no such thing.
        """
        import numpy as np

        first = _CHECK.size + _HEAD.size
        if len(stored) < first or _CHECK.unpack_from(stored)[0] != zlib.crc32(stored[_CHECK.size :]):
            raise ValueError("damaged vectors")
        dimension, units, tokens = _HEAD.unpack_from(stored, _CHECK.size)
        start = first + 2 * (units + 1)
        split = start + 2 * dimension * (units + _ROWS)
        lengths = np.frombuffer(stored, np.uint16, units + 1, first)
        rows = np.frombuffer(stored, np.float16, dimension * (units + _ROWS), start).astype(np.float32)
        rows = rows.reshape(units + _ROWS, dimension)
        codes = np.frombuffer(stored, np.uint8, offset=split).reshape(tokens, dimension // PER_BYTE)
        return cls(rows[0], rows[1], rows[_ROWS:], codes, lengths)


def wholes(chunks: Sequence[ChunkVectors]) -> Vectors:
    """The ``whole`` of each of these, at least one, at once; shape ``(chunks, dimension)``."""
    import numpy as np

    mixed = CONTEXT_WEIGHT * np.stack([each.context for each in chunks]) + np.stack([each.body for each in chunks])
    result: Vectors = (mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return result


def without_units(vectors: ChunkVectors, left_out: Collection[int]) -> ChunkVectors:
    """The same chunk's vectors, less those of some units; ``body`` and ``context`` stay as they are."""
    import numpy as np

    kept = [at for at in range(len(vectors.units)) if at not in left_out]
    ends = np.cumsum(vectors.lengths, dtype=np.int64)
    rows = [np.arange(ends[0]), *(np.arange(ends[at], ends[at + 1]) for at in kept)]
    lengths = vectors.lengths[[0, *(at + 1 for at in kept)]]
    return replace(vectors, units=vectors.units[kept], tokens=vectors.tokens[np.concatenate(rows)], lengths=lengths)


def chunk_vectors(context: WindowVectors | None, windows: Sequence[WindowVectors]) -> ChunkVectors:
    """Put together what a model made of a chunk's context, if it has one, and of its units, in windows."""
    import numpy as np

    weights = np.array([[1.0 + sum(map(len, window.states))] for window in windows], dtype=np.float32)
    body = (weights * np.stack([window.vector for window in windows])).sum(axis=0)
    body /= max(float(np.linalg.norm(body)), 1e-9)
    first = context.vector if context else np.zeros_like(body)
    states = [np.concatenate(context.states) if context else np.zeros((0, len(body)), dtype=np.float32)]
    states += [rows for window in windows for rows in window.states]
    rows = np.vstack([first, body, *(window.units for window in windows)])
    rows = rows.astype(np.float16).astype(np.float32)  # so that a chunk's record is the same whenever it is made
    lengths = np.array([len(rows) for rows in states], dtype=np.uint16)
    return ChunkVectors(rows[0], rows[1], rows[_ROWS:], codes_of(np.concatenate(states)), lengths)
