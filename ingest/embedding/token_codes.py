"""The tokens of a text, each in two bits a dimension, to hold a question's words against a passage's.

A question is near a passage where each of its tokens is near some token of the passage (late interaction, as in
ColBERT, Khattab and Zaharia 2020). Whole vectors blur what a long passage says in passing; tokens do not. A passage's
states are turned at random and each component kept as one of four levels, 96 bytes a token for 384 dimensions; the
question's stay exact, so that the product estimates the cosine without bias (eval/NOTES.md says what the levels cost).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding.base import Vectors

    Codes = NDArray[np.uint8]

# Products so small are not shared among threads, which on a busy machine wait for each other ten times as long as
# the work takes.
_ROWS = 28
_BLOCK = 10 * _ROWS  # tokens decoded at once: they stay in the processor's cache
_FEW = 128  # tokens of a sentence, which are turned a few columns at a time for the same reason
_COLUMNS = 8
_SEED = 20  # of the rotation; stored codes depend on it
# The best four levels for a normal variable, what lies between them, and the share of the variable that they keep
# (Max, Quantizing for minimum distortion, 1960). A turned vector's components are nearly normal.
_LEVELS = (-1.510, -0.4528, 0.4528, 1.510)
_BORDER = 0.9816
_KEPT = 0.8825
PER_BYTE = 4


def turned(states: Vectors) -> Vectors:
    """``states``, shape ``(tokens, dimension)``, with length 1 and in the directions in which codes are kept."""
    import numpy as np

    lengths = np.linalg.norm(states, axis=1, keepdims=True)
    ones = states / np.maximum(lengths, 1e-9)
    if len(states) > _FEW:
        result: Vectors = ones @ _rotation(states.shape[1])
        return result
    columns = _rotation_in_columns(states.shape[1])
    result = np.empty_like(ones)
    blocks, _, size = columns.shape
    np.matmul(ones, columns, out=result.reshape(len(ones), blocks, size).swapaxes(0, 1))
    return result


def codes_of(states: Vectors) -> Codes:
    """The levels of the turned states, shape ``(tokens, dimension / 4)``; the dimension is a multiple of 4."""
    import numpy as np

    components = turned(states)
    border = _BORDER / np.sqrt(states.shape[1])
    levels = (components > -border).astype(np.uint8) + (components > 0) + (components > border)
    first, second, third, fourth = (levels[:, at::PER_BYTE] for at in range(PER_BYTE))
    result: Codes = (first << 6 | second << 4 | third << 2 | fourth).astype(np.uint8)
    return result


def cosines(question: Vectors, tokens: Codes) -> Vectors:
    """The cosine of each token with each of the question's, shape ``(tokens, question tokens)``, about -1 to 1.

    :param question: turned states, shape ``(question tokens, dimension)``.
    """
    import numpy as np

    result: Vectors = _products(question, tokens) / np.float32(_KEPT * np.sqrt(question.shape[1]))
    return result


def nearest(question: Vectors, tokens: Codes, lengths: Sequence[int] | NDArray[np.uint16]) -> Vectors:
    """The cosine of each of the question's tokens with the nearest token of each text.

    :param question: as :func:`cosines` takes it.
    :param tokens: of all texts, one after the other.
    :param lengths: how many of them each text has.
    :returns: shape ``(question tokens, texts)``; -1 where a text has no tokens.
    """
    return nearest_of(cosines(question, tokens), lengths)


def nearest_of(cosines: Vectors, lengths: Sequence[int] | NDArray[np.uint16]) -> Vectors:
    """The same, where the cosines are known."""
    import numpy as np

    counts = np.asarray(lengths, dtype=np.int64)
    result = np.full((cosines.shape[1], len(counts)), -1.0, dtype=np.float32)
    told = np.flatnonzero(counts)
    if len(told):
        starts = np.concatenate([[0], np.cumsum(counts[told])[:-1]])
        result[:, told] = np.maximum.reduceat(cosines, starts, axis=0).T
    return result


def _products(question: Vectors, tokens: Codes) -> Vectors:
    """The question's tokens times the levels of the others, shape ``(tokens, question tokens)``."""
    import numpy as np

    columns = np.ascontiguousarray(question.T)
    result = np.empty((len(tokens), len(question)), dtype=np.float32)
    whole = len(tokens) // _ROWS * _ROWS
    for start in range(0, whole, _BLOCK):
        decoded = _decoded(tokens[start : min(whole, start + _BLOCK)])
        rows = result[start : start + len(decoded)]
        np.matmul(decoded.reshape(-1, _ROWS, len(columns)), columns, out=rows.reshape(-1, _ROWS, len(question)))
    np.matmul(_decoded(tokens[whole:]), columns, out=result[whole:])
    return result


def _decoded(tokens: Codes) -> Vectors:
    """The levels, shape ``(tokens, dimension)``."""
    import numpy as np

    result: Vectors = _quadruples().take(tokens).view(np.float32)
    return result


@lru_cache(maxsize=1)
def _quadruples() -> NDArray[np.complex128]:
    """The four levels of each byte; looked up as one number of 16 bytes, which is five times as fast as four."""
    import numpy as np

    codes = np.arange(256, dtype=np.uint8)
    levels = np.array(_LEVELS, dtype=np.float32)
    return np.stack([levels[codes >> shift & 3] for shift in (6, 4, 2, 0)], axis=1).view(np.complex128).ravel()


@lru_cache(maxsize=4)
def _rotation(dimension: int) -> Vectors:
    """An orthogonal matrix, shape ``(dimension, dimension)``; the same in every process."""
    import numpy as np

    square = np.random.Generator(np.random.PCG64(_SEED)).standard_normal((dimension, dimension))
    orthogonal, triangle = np.linalg.qr(square)
    return (orthogonal * np.sign(np.diag(triangle))).astype(np.float32)


@lru_cache(maxsize=4)
def _rotation_in_columns(dimension: int) -> Vectors:
    """The same a few columns after the others, shape ``(dimension / columns, dimension, columns)``."""
    import numpy as np

    size = math.gcd(_COLUMNS, dimension)
    return np.ascontiguousarray(_rotation(dimension).reshape(dimension, -1, size).swapaxes(0, 1))
