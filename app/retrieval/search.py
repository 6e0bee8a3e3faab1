"""Find the passages for a question in any language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from app.retrieval.passages import Passage
from app.retrieval.scoring import IDENTIFIER_BONUS, WORDS_WEIGHT, Score, country_match, identifiers, share_held, telling
from guardrails.tokens import coverage
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import StoreError
from ingest.knowledge import Knowledge
from ingest.ledger.reading import LedgerReader, Scope, StoredChunk
from ingest.places import countries
from ingest.texts import chunk_record_id, unit_record_id
from ingest.views import View, Views

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.store.vectors import Hit, VectorCollection

_HITS = 160  # first look; more when too few of them are live for the asker
_CANDIDATES = 32
_BY_WORDS = 16
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
        self._reader = LedgerReader(knowledge.engine)
        self._views = Views(knowledge)

    def search(self, question: str, language: str, scope: Scope, k: int = 8) -> list[Passage]:
        """The ``k`` best live passages in scope, best first.

        :raises IngestUserError: the model that the knowledge base was made with cannot be opened.
        """
        named = frozenset(countries(question, language))
        while True:
            before = self._reader.generation()
            try:
                found = self._searched(question, language, named, scope)
            except StoreError:
                if self._reader.generation() == before:
                    raise
                continue  # the collection was left for another one meanwhile
            if self._reader.generation() == before:
                return found[:k]

    def is_empty(self) -> bool:
        """Whether nothing can be searched yet."""
        return self._views.current() is None

    def _searched(self, question: str, language: str, named: frozenset[str], scope: Scope) -> list[Passage]:
        """Search once; what is published meanwhile may tear the result between store and ledger."""
        view = self._views.current()
        if view is None:
            return []
        query = self._embedded(view.embedder, question, language)
        shelves = [view.live] if scope.as_of >= date.today() else [view.live, view.past]
        chunks = self._candidates(shelves, query, scope)
        known = {chunk.record_id for chunk in chunks}
        chunks += [c for c in self._by_words(view, question, language, scope) if c.record_id not in known]
        if named or scope.customer_id:
            known = {chunk.record_id for chunk in chunks}
            chunks += [c for c in self._singled_out(shelves, query, scope, named) if c.record_id not in known]
        return self._scored(shelves, view.embedder, query, _Asked(question, language, named, chunks), chunks)

    def _embedded(self, embedder: CentredEmbedder, question: str, language: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = embedder.embed([question], [language], "query")[0]
        return vector

    def _candidates(
        self, shelves: Sequence[VectorCollection], query: NDArray[np.float32], scope: Scope
    ) -> list[StoredChunk]:
        n = _HITS
        while True:
            hits = [hit for shelf in shelves for hit in shelf.query(query, n)]
            live = self._live(hits, scope)
            if len(live) >= _CANDIDATES // 2 or len(hits) < n:
                return live[:_CANDIDATES]
            n *= 4

    def _by_words(self, view: View, question: str, language: str, scope: Scope) -> list[StoredChunk]:
        """Candidates by their words: an order number or an error code says nothing to the embedding model."""
        indexes = [view.words.live] if scope.as_of >= date.today() else [view.words.live, view.words.past]
        ids = [hit.id for index in indexes for hit in index.search(question, language, _BY_WORDS)]
        return list(self._reader.live_chunks(list(dict.fromkeys(ids)), scope).values())

    def _singled_out(
        self,
        shelves: Sequence[VectorCollection],
        query: NDArray[np.float32],
        scope: Scope,
        named: frozenset[str],
    ) -> list[StoredChunk]:
        """Candidates among the papers of the countries that the question names, and the customer's own tickets."""
        live = self._reader.live_versions(scope)
        keys = [v.key for v in live if v.customer_id or country_match(named, v.countries)][:_MOST_KEYS]
        if not keys:
            return []
        hits = [hit for shelf in shelves for hit in shelf.query(query, _HITS, where={"version": {"$in": keys}})]
        return self._live(hits, scope)[:_CANDIDATES]

    def _live(self, hits: Sequence[Hit], scope: Scope) -> list[StoredChunk]:
        """The chunks behind the hits that the asker may read, nearest first."""
        best: dict[str, float] = {}
        for hit in hits:
            chunk = chunk_record_id(hit.id)
            best[chunk] = max(hit.similarity, best.get(chunk, -1.0))
        live = self._reader.live_chunks(list(best), scope)
        return sorted(live.values(), key=lambda chunk: -best[chunk.record_id])

    def _scored(
        self,
        shelves: Sequence[VectorCollection],
        embedder: CentredEmbedder,
        query: NDArray[np.float32],
        asked: _Asked,
        chunks: Sequence[StoredChunk],
    ) -> list[Passage]:
        import numpy as np

        ids = [id for chunk in chunks for id in _ids(chunk)]
        vectors: dict[str, NDArray[np.float32]] = {}
        for shelf in shelves:
            missing = [id for id in ids if id not in vectors]
            vectors |= {record.id: record.vector for record in shelf.get(missing)} if missing else {}
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
            passages.append(Passage(chunk, score, tuple(map(float, similarities)), units, embedder))
        return sorted(passages, key=lambda passage: -passage.score.total)


def _ids(chunk: StoredChunk) -> list[str]:
    return [chunk.record_id, *(unit_record_id(chunk.record_id, index) for index in range(len(chunk.units)))]
