"""Everything of a knowledge base that was embedded, for timing the embedding alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.chunk_embedding import distinct, embedded_windows
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.windows import window_text
from ingest.ledger.collections import Collections
from ingest.texts import ChunkText, chunk_texts

if TYPE_CHECKING:
    from sqlalchemy import Engine


def stored_texts(engine: Engine) -> list[ChunkText]:
    """Every chunk that the ledger keeps, those of one text once, in the order they were ingested."""
    found: dict[str, ChunkText] = {}
    for version in Collections(engine).outside(""):
        for text in chunk_texts(version.key, version.title, version.chunks):
            found.setdefault(text.digest, text)
    return list(found.values())


def embedded_texts(texts: Sequence[ChunkText], embedder: CentredEmbedder) -> list[tuple[str, str]]:
    """What is embedded of them, each text of a language once: language and text."""
    wordings = [text.wording for text in texts]
    windows = distinct(wordings, embedded_windows(wordings, embedder))
    return [(language, window_text(window)) for language, window in windows]
