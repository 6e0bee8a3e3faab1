"""Score texts that stand in no knowledge base, as the search scores what it finds."""

from __future__ import annotations

from collections.abc import Sequence

from app.retrieval.asked import Asked
from app.retrieval.rating import Candidate, rate
from app.retrieval.scoring import Score
from ingest.chunk_embedding import Wording, embed_chunks
from ingest.embedding.centring import CentredEmbedder
from ingest.sentences import split_sentences


def score_texts(embedder: CentredEmbedder, question: str, language: str, texts: Sequence[str]) -> list[Score]:
    """The scores of the texts for ``question``, in their order; all are of ``language``."""
    asked = Asked.of(question, language, embedder)
    units = [[text[start:end] for start, end in split_sentences(text)] or [text] for text in texts]
    made, _ = embed_chunks(embedder, [Wording(language, "", of) for of in units])
    candidates = [Candidate(of, language, vectors) for of, vectors in zip(units, made, strict=True)]
    return [rating.score for rating in rate(asked, candidates)]
