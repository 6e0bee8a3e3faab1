"""A question as a model sees it: the guards, the search and the answers given before ask about the same one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.embedding.centring import CentredEmbedder

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors


class AskedVectors(NamedTuple):
    """Of a question, centred; every row has length 1."""

    vector: Vectors  # shape (dimension,)
    tokens: Vectors  # shape (tokens, dimension)


@lru_cache(maxsize=64)
def asked_vectors(text: str, language: str, embedder: CentredEmbedder) -> AskedVectors:
    """One pass of the model, the first time that a question is asked about."""
    encoded = embedder.encode([text], [language], "query")
    return AskedVectors(encoded.vectors[0], encoded.states[0])
