"""The features by which languages that share an alphabet are told apart: letter n-grams and whole words, hashed.

The hashing trick of Weinberger et al. 2009 (https://arxiv.org/abs/0902.2206), computed for all words
of a text at once.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 6  # letters, a word's two ends counted; with 5 half a point of accuracy on word pairs is lost

_SPACE = 0x20
_FNV_PRIME, _MIXER, _GOLDEN = 0x01000193, 0x85EBCA6B, 0x9E3779B1  # FNV-1a, MurmurHash3, Fibonacci hashing


def hashed_features(tokens: Sequence[str], bits: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The n-grams of 1 to :data:`LONGEST` letters of each word, and the word itself.

    :param tokens: words in lower case, without spaces.
    :returns: the features' hashes, below 2 to the power of ``bits``, and the position in ``tokens`` of
        the word each belongs to, in ascending order; a word's last feature is the word itself.
    """
    import numpy as np

    letters = np.frombuffer(f" {' '.join(tokens)} ".encode("utf-32-le"), dtype="<u4").astype(np.uint32)
    is_space = letters == _SPACE
    owner = np.cumsum(is_space) - 1  # a space belongs to the word after it
    rolling = letters * np.uint32(_FNV_PRIME)
    hashes, owners = [_bucket(rolling[~is_space], 1, bits)], [owner[~is_space]]
    crosses = np.zeros(len(letters), dtype=bool)
    for length in range(2, LONGEST + 1):
        starts = len(letters) - length + 1
        if starts < 1:
            break
        rolling = (rolling[:starts] ^ (letters[length - 1 :] * np.uint32(_MIXER))) * np.uint32(_FNV_PRIME)
        rolling ^= rolling >> np.uint32(15)
        if length > 2:
            crosses = crosses[:starts] | is_space[length - 2 : length - 2 + starts]
        inside = ~crosses[:starts]
        hashes.append(_bucket(rolling[inside], length, bits))
        owners.append(owner[:starts][inside])
    whole = np.fromiter((zlib.crc32(token.encode()) for token in tokens), dtype=np.uint32, count=len(tokens))
    hashes.append(_bucket(whole, 0, bits))
    owners.append(np.arange(len(tokens)))
    every_owner = np.concatenate(owners)
    order = np.argsort(every_owner, kind="stable")
    return np.concatenate(hashes)[order], every_owner[order]


def _bucket(hashes: NDArray[np.uint32], length: int, bits: int) -> NDArray[np.int64]:
    import numpy as np

    spread = (hashes + np.uint32(length)) * np.uint32(_GOLDEN)
    return (spread >> np.uint32(32 - bits)).astype(np.int64)
