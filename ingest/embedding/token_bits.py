"""The tokens of a text, each in one bit a dimension, to hold a question's words against a passage's.

A question is near a passage where each of its tokens is near some token of the passage (late interaction, as in
ColBERT, Khattab and Zaharia 2020). Whole vectors blur what a long passage says in passing; tokens do not. A passage's
states are turned at random and only their signs are kept, 48 bytes a token for 384 dimensions; the question's stay
exact, so that the product estimates the cosine without bias (eval/NOTES.md says what the signs cost).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding.base import Vectors

    Bits = NDArray[np.uint8]

# Products so small are not shared among threads, which on a busy machine wait for each other ten times as long as
# the work takes.
_ROWS = 28
_BLOCK = 10 * _ROWS  # tokens unpacked at once: they stay in the processor's cache
_SEED = 20  # of the rotation; stored bits depend on it


def turned(states: Vectors) -> Vectors:
    """``states``, shape ``(tokens, dimension)``, with length 1 and in the directions in which bits are kept."""
    import numpy as np

    lengths = np.linalg.norm(states, axis=1, keepdims=True)
    result: Vectors = (states / np.maximum(lengths, 1e-9)) @ _rotation(states.shape[1])
    return result


def bits_of(states: Vectors) -> Bits:
    """The signs of the turned states, shape ``(tokens, dimension / 8)``; the dimension is a multiple of 8."""
    import numpy as np

    return np.packbits(turned(states) > 0, axis=1)


def nearest(question: Vectors, tokens: Bits, lengths: Sequence[int] | NDArray[np.uint16]) -> Vectors:
    """The cosine of each of the question's tokens with the nearest token of each text.

    :param question: turned states, shape ``(question tokens, dimension)``.
    :param tokens: of all texts, one after the other.
    :param lengths: how many of them each text has.
    :returns: shape ``(question tokens, texts)``, about -1 to 1; -1 where a text has no tokens.
    """
    import numpy as np

    counts = np.asarray(lengths, dtype=np.int64)
    result = np.full((len(question), len(counts)), -1.0, dtype=np.float32)
    told = np.flatnonzero(counts)
    if not len(told) or not len(question):
        return result
    products = _products(question, tokens)
    starts = np.concatenate([[0], np.cumsum(counts[told])[:-1]])
    # A sign is twice its bit less one. For a random direction the signs of a unit vector keep sqrt(2 / pi) of a cosine.
    signed = 2 * np.maximum.reduceat(products, starts, axis=0).T - question.sum(axis=1, keepdims=True)
    result[:, told] = signed / np.float32(np.sqrt(question.shape[1] * 2 / np.pi))
    return result


def _products(question: Vectors, tokens: Bits) -> Vectors:
    """The question's tokens times the bits of the others as 0 and 1, shape ``(tokens, question tokens)``."""
    import numpy as np

    columns = np.ascontiguousarray(question.T)
    result = np.empty((len(tokens), len(question)), dtype=np.float32)
    whole = len(tokens) // _ROWS * _ROWS
    for start in range(0, whole, _BLOCK):
        unpacked = _unpacked(tokens[start : min(whole, start + _BLOCK)], len(columns))
        rows = result[start : start + len(unpacked)]
        np.matmul(unpacked.reshape(-1, _ROWS, len(columns)), columns, out=rows.reshape(-1, _ROWS, len(question)))
    np.matmul(_unpacked(tokens[whole:], len(columns)), columns, out=result[whole:])
    return result


def _unpacked(tokens: Bits, dimension: int) -> Vectors:
    import numpy as np

    return np.unpackbits(tokens, axis=1, count=dimension).astype(np.float32)


@lru_cache(maxsize=4)
def _rotation(dimension: int) -> Vectors:
    """An orthogonal matrix, shape ``(dimension, dimension)``; the same in every process."""
    import numpy as np

    square = np.random.Generator(np.random.PCG64(_SEED)).standard_normal((dimension, dimension))
    orthogonal, triangle = np.linalg.qr(square)
    return (orthogonal * np.sign(np.diag(triangle))).astype(np.float32)
