"""A question as the search looks at it, taken apart once for all passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.retrieval.asked_vectors import asked_vectors
from app.retrieval.validity import countries_named
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.token_codes import turned

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors


@dataclass(frozen=True, eq=False)
class Asked:
    """What a question is to one embedding model, and the countries that it names."""

    question: str
    language: str
    vector: Vectors  # shape (dimension,)
    tokens: Vectors  # turned as the bits of passages are, shape (tokens, dimension)
    countries: frozenset[str]  # that it names

    @classmethod
    def of(cls, question: str, language: str, embedder: CentredEmbedder) -> Asked:
        vector, tokens = asked_vectors(question, language, embedder)
        return cls(question, language, vector, turned(tokens), countries_named(question, language))
