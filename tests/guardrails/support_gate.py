"""Passages and an embedding for tests of the gate: hashed character trigrams, which need no model."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DIMENSIONS = 2048


def embed(texts: Sequence[str], language: str) -> NDArray[np.floating[Any]]:
    """Shape (texts, 2048), of length 1: alike where the texts share spelling."""
    vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
    for row, text in enumerate(texts):
        padded = f"  {text.casefold()}  "
        for i in range(len(padded) - 2):
            vectors[row, zlib.crc32(padded[i : i + 3].encode()) % _DIMENSIONS] += 1.0
    lengths: NDArray[np.floating[Any]] = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.floating[Any]] = vectors / np.maximum(lengths, 1e-9)
    return unit


@dataclass
class Passage:
    """A passage whose units are its lines."""

    number: int
    text: str
    language: str = "en"
    units: list[str] = field(default_factory=list)
    unit_vectors: NDArray[np.floating[Any]] = field(default_factory=lambda: np.zeros((0, _DIMENSIONS)))

    def __post_init__(self) -> None:
        self.units = self.units or [line for line in self.text.splitlines() if line.strip()]
        self.unit_vectors = embed(self.units, self.language)
