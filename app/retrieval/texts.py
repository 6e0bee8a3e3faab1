"""Score texts that stand in no knowledge base, as the search scores what it finds."""

from __future__ import annotations

from collections.abc import Sequence

from app.retrieval.asked import Asked
from app.retrieval.rating import Candidate, rate
from app.retrieval.scoring import Score
from ingest.chunk_vectors import chunk_vectors
from ingest.embedding.centring import CentredEmbedder
from ingest.sentences import split_sentences


def score_texts(embedder: CentredEmbedder, question: str, language: str, texts: Sequence[str]) -> list[Score]:
    """The score of each text for ``question``; all are of ``language``."""
    import numpy as np

    asked = Asked.of(question, language, embedder)
    units = [[text[start:end] for start, end in split_sentences(text)] or [text] for text in texts]
    encoded = embedder.encode([unit for of in units for unit in of], [language] * sum(map(len, units)), "passage")
    nothing = np.zeros_like(encoded.vectors[:0], shape=(1, embedder.dimension))
    made, first = [], 0
    for of in units:
        rows = slice(first, first + len(of))
        made.append(chunk_vectors(np.vstack([nothing, encoded.vectors[rows]]), [nothing[:0], *encoded.states[rows]]))
        first += len(of)
    candidates = [Candidate(of, language, vectors) for of, vectors in zip(units, made, strict=True)]
    return [rating.score for rating in rate(asked, candidates)]
