"""Find the passages for a question in any language.

Score of a passage: 0.3 × the chunk's cosine + 0.7 × that of its best sentence or
row, all vectors less the mean of their language. A question's identifiers (error
and product codes, order numbers) count where a unit holds them literally: they
mean the same in every language and are what dense vectors see worst.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.errors import AppUserError
from app.retrieval.passages import Passage
from ingest.knowledge import Knowledge
from ingest.ledger.reading import LedgerReader, Scope, StoredChunk
from ingest.ledger.writing import unit_record_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.store.vectors import VectorCollection

_CHUNK_WEIGHT = 0.3  # measured on XQuAD in twelve languages: eval/NOTES.md
_IDENTIFIER_BONUS = 0.12
_HITS = 160  # first look; more when too few of them are live for the asker
_CANDIDATES = 32
_IDENTIFIER = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\w-])")


class PassageSearch:
    """Searches one knowledge base; safe to share between threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._reader = LedgerReader(knowledge.engine)
        self._open: VectorCollection | None = None

    def search(self, question: str, language: str, scope: Scope, k: int = 8) -> list[Passage]:
        """The ``k`` best live passages in scope, best first.

        :raises AppUserError: nothing was ingested with this embedding model.
        """
        collection = self._collection()
        if collection is None:
            return []
        query = self._knowledge.embedder.embed([question], [language], "query")[0]
        chunks = self._candidates(collection, query, scope)
        return self._scored(collection, query, question, chunks)[:k]

    def is_empty(self) -> bool:
        """Whether nothing can be searched yet."""
        return self._collection() is None

    def _collection(self) -> VectorCollection | None:
        name = self._reader.live_collection()
        if name is None:
            return None
        if name != self._knowledge.collection_name:
            raise AppUserError(
                "the knowledge base was ingested with another embedding model: run `polydesk ingest` again, "
                "or set POLYDESK_EMBEDDING_MODEL back"
            )
        if self._open is None:
            self._open = self._knowledge.store.collection(name)
        return self._open

    def _candidates(self, collection: VectorCollection, query: NDArray[np.float32], scope: Scope) -> list[StoredChunk]:
        n = _HITS
        while True:
            hits = collection.query(query, n)
            best: dict[str, float] = {}
            for hit in hits:
                chunk_id = ":".join(hit.id.split(":")[:2])
                best.setdefault(chunk_id, hit.similarity)
            live = self._reader.live_chunks(list(best), scope)
            if len(live) >= _CANDIDATES // 2 or len(hits) < n:
                ranked = sorted(live.values(), key=lambda chunk: -best[chunk.record_id])
                return ranked[:_CANDIDATES]
            n *= 4

    def _scored(
        self, collection: VectorCollection, query: NDArray[np.float32], question: str, chunks: Sequence[StoredChunk]
    ) -> list[Passage]:
        import numpy as np

        ids = [id for chunk in chunks for id in _ids(chunk)]
        vectors = {record.id: record.vector for record in collection.get(ids)}
        identifiers = {match.casefold() for match in _IDENTIFIER.findall(question)}
        passages = []
        for chunk in chunks:
            own = _ids(chunk)
            if any(id not in vectors for id in own):
                continue  # it was replaced between the two questions to the store
            units = np.stack([vectors[id] for id in own[1:]])
            similarities = units @ query
            for index, unit in enumerate(chunk.units):
                similarities[index] += _IDENTIFIER_BONUS * _share_held(identifiers, unit.text)
            whole = float(vectors[own[0]] @ query)
            score = _CHUNK_WEIGHT * whole + (1 - _CHUNK_WEIGHT) * float(similarities.max())
            passages.append(Passage(chunk, score, whole, tuple(map(float, similarities)), units))
        return sorted(passages, key=lambda passage: -passage.score)


def _ids(chunk: StoredChunk) -> list[str]:
    return [chunk.record_id, *(unit_record_id(chunk.record_id, index) for index in range(len(chunk.units)))]


def _share_held(identifiers: set[str], text: str) -> float:
    if not identifiers:
        return 0.0
    held = {match.casefold() for match in _IDENTIFIER.findall(text)}
    return len(identifiers & held) / len(identifiers)
