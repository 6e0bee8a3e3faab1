"""Passages that stand in no knowledge base, made as the product makes those it retrieves."""

from __future__ import annotations

from functools import lru_cache

from app.retrieval.passages import Passage
from app.retrieval.scoring import Score, UnitScore
from ingest.chunk_embedding import Wording, embed_chunks
from ingest.documents import Unit
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.reading import StoredChunk, VersionInfo
from ingest.sentences import split_sentences


@lru_cache(maxsize=256)  # neighbouring lines of a data set share their passages
def given_passage(number: int, text: str, language: str, embedder: CentredEmbedder, title: str = "") -> Passage:
    """The text as one chunk, embedded once; its tokens as coarse as the store keeps them."""
    units = tuple(Unit(start, end, text[start:end]) for start, end in split_sentences(text))
    units = units or (Unit(0, len(text), text),)
    (vectors,), _ = embed_chunks(embedder, [Wording(language, title, [unit.text for unit in units])])
    document = f"given-{number}"
    version = VersionInfo(
        id=number,
        key=document,
        document_id=document,
        number=1,
        title=title,
        kind="policy",
        language=language,
        uri=f"given:{number}",
        effective_from=None,
        customer_id=None,
        details={},
    )
    chunk = StoredChunk(
        record_id=document,
        digest=document,
        version=version,
        start=0,
        end=len(text),
        text=text,
        heading=(),
        page=None,
        language=language,
        header="",
        units=units,
    )
    unrated = tuple(UnitScore(0.0, 0.0) for _ in units)
    return Passage(chunk, Score(chunk=0.0, unit=0.0, tokens=0.0), unrated, embedder, number, vectors)
