"""An embedder that costs nothing: words hashed into a short vector. For tests that are not about meaning."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ingest.embedding.base import Encoded, Progress, TextKind
from ingest.embedding.centring import CentredEmbedder, LanguageMeans, Means

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

DIMENSION = 512
_PLACES = 3  # of each word, so that no two words share all of them
_WORD = re.compile(r"\w+")


class HashedEmbedder:
    """Texts with words in common have similar vectors. ``edition`` makes it another model, of another dimension."""

    def __init__(self, edition: int = 0) -> None:
        self._edition = edition
        self.dimension = DIMENSION >> edition
        self.name = f"hashed-{edition}"
        self.fingerprint = f"{edition:016x}"

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        words = [self.embed(_WORD.findall(text), kind) for text in texts]
        ends = [np.array([word.end() for word in _WORD.finditer(text)], dtype=np.int32) for text in texts]
        return Encoded(self.embed(texts, kind, progress), words, ends)

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.casefold()):
                vectors[row] += _hashed_word(word, self._edition, self.dimension)
        result: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return result

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]


@lru_cache(maxsize=20_000)
def _hashed_word(word: str, edition: int, dimension: int) -> Vectors:
    vector = np.zeros(dimension, dtype=np.float32)
    # Beginnings count as well: were all words at right angles, an index would find no way to them.
    for end in range(2, len(word) + 1):
        for place in range(_PLACES):
            vector[zlib.crc32(f"{edition}{place}{word[:end]}".encode()) % dimension] += 1.0 if end < len(word) else 3.0
    return vector


def hashed(edition: int = 0) -> CentredEmbedder:
    """The same with language means that move nothing."""
    model = HashedEmbedder(edition)
    nothing = np.zeros((1, model.dimension), dtype=np.float32)
    unmoved = LanguageMeans(["en"], nothing, nothing)
    return CentredEmbedder(model, Means(unmoved, unmoved), "hashed")
