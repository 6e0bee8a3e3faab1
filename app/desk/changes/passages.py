"""A version's chunks as passages, so that the guards can hold a sentence against what it says now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from app.retrieval.passages import Passage
from app.retrieval.scoring import Score, UnitScore
from ingest.chunk_embedding import embed_chunks
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.collections import Collections, StoredVersion
from ingest.ledger.history import DocumentHistory
from ingest.ledger.reading import StoredChunk, VersionInfo
from ingest.ledger.vectors import VectorShelf
from ingest.texts import chunk_texts

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

_VERSIONS = 32


class VersionPassages:
    """Passages of versions, also of those that are not live; safe to share between threads.

    :param model: the embedding model, opened when it is needed.
    """

    def __init__(self, engine: Engine, model: Callable[[], CentredEmbedder]) -> None:
        self._engine = engine
        self.model = model
        self.of = lru_cache(maxsize=_VERSIONS)(self._of)

    def _of(self, version_id: int, document_id: str, number: int) -> tuple[Passage, ...]:
        """The passages of one version, numbered from 1 on, with their vectors: the ledger's, or made anew."""
        model = self.model()
        version = Collections(self._engine).version(version_id)
        text = DocumentHistory(self._engine).text(version_id)
        wording = chunk_texts(version.key, version.title, version.chunks)
        kept = VectorShelf(self._engine, model.fingerprint).get(each.digest for each in wording)
        missing = [each for each in wording if each.digest not in kept]
        if missing:
            made, _ = embed_chunks(model, [each.wording for each in missing])
            kept |= {each.digest: vectors for each, vectors in zip(missing, made, strict=True)}
        info = _info(version, document_id, number)
        return tuple(
            Passage(
                _stored(version, at, info, each.digest, text),
                Score(chunk=0.0, unit=0.0, tokens=0.0),
                tuple(UnitScore(0.0, 0.0) for _ in version.chunks[at].units),
                model,
                at + 1,
                kept[each.digest],
            )
            for at, each in enumerate(wording)
        )


def nearest(passages: Sequence[Passage], vector: Vectors, most: int) -> list[Passage]:
    """The ``most`` passages with a unit nearest to a sentence's vector."""
    rated = [(float((each.vectors.units @ vector).max()), each) for each in passages if each.vectors is not None]
    return [each for _, each in sorted(rated, key=lambda pair: -pair[0])[:most]]


def _info(version: StoredVersion, document_id: str, number: int) -> VersionInfo:
    return VersionInfo(
        id=version.id,
        key=version.key,
        document_id=document_id,
        number=number,
        title=version.title,
        kind="policy",
        language=version.chunks[0].language if version.chunks else "",
        uri="",
        effective_from=None,
        customer_id=None,
        details={},
    )


def _stored(version: StoredVersion, at: int, info: VersionInfo, digest: str, text: str) -> StoredChunk:
    chunk = version.chunks[at]
    return StoredChunk(
        record_id=f"{version.key}:{chunk.ordinal}",
        digest=digest,
        version=info,
        start=chunk.start,
        end=chunk.end,
        text=text[chunk.start : chunk.end],
        heading=chunk.heading,
        page=chunk.page,
        language=chunk.language,
        header=chunk.header,
        units=chunk.units,
    )
