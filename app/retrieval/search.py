"""Find the passages for a question in any language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.errors import AppUserError
from app.retrieval.passages import Passage
from app.retrieval.scoring import IDENTIFIER_BONUS, WORDS_WEIGHT, Score, country_match, identifiers, share_held, telling
from guardrails.tokens import coverage
from ingest.knowledge import Knowledge
from ingest.ledger.reading import LedgerReader, Scope, StoredChunk
from ingest.ledger.writing import unit_record_id
from ingest.places import countries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.store.vectors import Hit, VectorCollection

_HITS = 160  # first look; more when too few of them are live for the asker
_CANDIDATES = 32
_MOST_KEYS = 400  # versions in one filter


class _Asked:
    """A question, taken apart once for all passages."""

    def __init__(self, question: str, language: str, named: frozenset[str], candidates: Sequence[StoredChunk]) -> None:
        self.named = named
        self._language = language
        self._question = question
        self._identifiers = telling(identifiers(question), [chunk.text for chunk in candidates])

    def words_in(self, text: str, language: str) -> float:
        """What the question's own words in ``text`` add to its similarity.

        Words count inside the question's language only: across languages their absence says nothing.
        """
        bonus = IDENTIFIER_BONUS * share_held(self._identifiers, text)
        if language == self._language:
            bonus += WORDS_WEIGHT * coverage(self._question, text, language)
        return bonus


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
        query = self._knowledge.embedder.embed([question], [language], "query")[0]
        while True:
            before = self._reader.generation()
            found = self._searched(question, language, query, scope)
            if self._reader.generation() == before:
                return found[:k]

    def _searched(self, question: str, language: str, query: NDArray[np.float32], scope: Scope) -> list[Passage]:
        """Search once; what is published meanwhile may tear the result between store and ledger."""
        collection = self._collection()
        if collection is None:
            return []
        named = frozenset(countries(question, language))
        chunks = self._candidates(collection, query, scope)
        if named or scope.customer_id:
            known = {chunk.record_id for chunk in chunks}
            chunks += [c for c in self._singled_out(collection, query, scope, named) if c.record_id not in known]
        return self._scored(collection, query, _Asked(question, language, named, chunks), chunks)

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
            live = self._live(hits, scope)
            if len(live) >= _CANDIDATES // 2 or len(hits) < n:
                return live[:_CANDIDATES]
            n *= 4

    def _singled_out(
        self, collection: VectorCollection, query: NDArray[np.float32], scope: Scope, named: frozenset[str]
    ) -> list[StoredChunk]:
        """Candidates among the papers of the countries that the question names, and the customer's own tickets."""
        live = self._reader.live_versions(scope)
        keys = [v.key for v in live if v.customer_id or country_match(named, v.countries)][:_MOST_KEYS]
        if not keys:
            return []
        return self._live(collection.query(query, _HITS, where={"version": {"$in": keys}}), scope)[:_CANDIDATES]

    def _live(self, hits: Sequence[Hit], scope: Scope) -> list[StoredChunk]:
        """The chunks behind the hits that the asker may read, nearest first."""
        best: dict[str, float] = {}
        for hit in hits:
            best.setdefault(":".join(hit.id.split(":")[:2]), hit.similarity)
        live = self._reader.live_chunks(list(best), scope)
        return sorted(live.values(), key=lambda chunk: -best[chunk.record_id])

    def _scored(
        self,
        collection: VectorCollection,
        query: NDArray[np.float32],
        asked: _Asked,
        chunks: Sequence[StoredChunk],
    ) -> list[Passage]:
        import numpy as np

        ids = [id for chunk in chunks for id in _ids(chunk)]
        vectors = {record.id: record.vector for record in collection.get(ids)}
        passages = []
        for chunk in chunks:
            own = _ids(chunk)
            if any(id not in vectors for id in own):
                continue  # it was replaced between the two questions to the store
            units = np.stack([vectors[id] for id in own[1:]])
            similarities = units @ query
            similarities += [asked.words_in(unit.text, chunk.language) for unit in chunk.units]
            score = Score(
                chunk=float(vectors[own[0]] @ query),
                unit=float(similarities.max()),
                country=country_match(asked.named, chunk.version.countries),
                named=bool(asked.named),
            )
            passages.append(Passage(chunk, score, tuple(map(float, similarities)), units))
        return sorted(passages, key=lambda passage: -passage.score.total)


def _ids(chunk: StoredChunk) -> list[str]:
    return [chunk.record_id, *(unit_record_id(chunk.record_id, index) for index in range(len(chunk.units)))]
