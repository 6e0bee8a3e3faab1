"""What an embedding model made of one chunk, and the form in which the ledger keeps it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.embedding.token_bits import bits_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding.base import Vectors
    from ingest.embedding.token_bits import Bits

CONTEXT_WEIGHT = 0.6  # beside the mean of the units (eval/NOTES.md)
_HEAD = struct.Struct("<HHI")  # dimension, units, tokens


@dataclass(frozen=True, eq=False)
class ChunkVectors:
    """Centred vectors of one chunk's texts.

    ``context``: float32, shape ``(dimension,)``, of title, headings and table header; zeros where there are none.
    ``units``: float32, shape ``(units, dimension)``. ``tokens``: the bits of every token of all of them, shape
    ``(tokens, dimension / 8)``. ``lengths``: how many of these the context has, and each unit, shape ``(units + 1,)``.
    """

    context: Vectors
    units: Vectors
    tokens: Bits
    lengths: NDArray[np.uint16]

    @cached_property
    def whole(self) -> Vectors:
        """The chunk's own vector, of length 1: what it says, and what it says it about."""
        import numpy as np

        mixed = CONTEXT_WEIGHT * self.context + self.units.mean(axis=0)
        result: Vectors = (mixed / max(float(np.linalg.norm(mixed)), 1e-9)).astype(np.float32)
        return result

    def to_bytes(self) -> bytes:
        """Vectors in half precision, tokens as they are."""
        import numpy as np

        head = _HEAD.pack(len(self.context), len(self.units), len(self.tokens))
        rows = np.vstack([self.context[None], self.units]).astype(np.float16)
        return head + self.lengths.tobytes() + rows.tobytes() + self.tokens.tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> ChunkVectors:
        """What :meth:`to_bytes` wrote.

        :raises ValueError: the bytes are no such thing.
        """
        import numpy as np

        if len(stored) < _HEAD.size:
            raise ValueError("vectors cut short")
        dimension, units, tokens = _HEAD.unpack_from(stored)
        start = _HEAD.size + 2 * (units + 1)
        split = start + 2 * dimension * (units + 1)
        if len(stored) != split + tokens * (dimension // 8):
            raise ValueError("vectors cut short")
        lengths = np.frombuffer(stored, np.uint16, units + 1, _HEAD.size)
        rows = np.frombuffer(stored, np.float16, dimension * (units + 1), start).astype(np.float32)
        rows = rows.reshape(units + 1, dimension)
        bits = np.frombuffer(stored, np.uint8, offset=split).reshape(tokens, dimension // 8)
        return cls(rows[0], rows[1:], bits, lengths)


def chunk_vectors(vectors: Vectors, states: Sequence[Vectors]) -> ChunkVectors:
    """Put together what a model made of a chunk's context and units, rounded as the ledger keeps it.

    :param vectors: the context's row first; shape ``(units + 1, dimension)``.
    :param states: their tokens' centred states, in the same order.
    """
    import numpy as np

    rounded = vectors.astype(np.float16).astype(np.float32)  # so that a chunk's record is the same whenever it is made
    lengths = np.array([len(rows) for rows in states], dtype=np.uint16)
    return ChunkVectors(rounded[0], rounded[1:], bits_of(np.concatenate(states)), lengths)
