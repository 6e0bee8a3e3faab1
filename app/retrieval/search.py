"""Find the passages for a question in any language."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import AppUserError
from app.retrieval.asked import Asked
from app.retrieval.candidates import Candidates
from app.retrieval.countries import CountryIndex
from app.retrieval.diversity import diverse
from app.retrieval.passages import Passage
from app.retrieval.rating import Candidate, rate
from app.retrieval.reranking import Reranker, rerank
from ingest.chunk_vectors import ChunkVectors
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import StoreError
from ingest.knowledge import Knowledge
from ingest.ledger.reading import LedgerReader, Scope, StoredChunk
from ingest.views import View, Views

_HISTORY = 3  # one passage in so many may be a ticket of the customer's
_TICKETS = frozenset({"ticket"})
_REREAD = 20  # times what reading the countries took
_Kept = tuple[StoredChunk, ChunkVectors]


@dataclass(frozen=True)
class _About:
    """The countries of all versions, as of a generation of the ledger; in no hurry to be read again."""

    generation: object
    index: CountryIndex
    fresh_until: float  # by the monotonic clock


@dataclass(frozen=True)
class Found:
    """The passages for a question, best first, and what else was looked at, which a contradiction may be among."""

    passages: list[Passage]
    others: list[Passage]


class PassageSearch:
    """Searches one knowledge base; safe to share between threads.

    :param reranker: looks at the best that were found once more; nobody does when None.
    """

    def __init__(self, knowledge: Knowledge, reranker: Reranker | None = None) -> None:
        self._knowledge = knowledge
        self._reader = LedgerReader(knowledge.engine)
        self._views = Views(knowledge)
        self._reranker = reranker
        self._about: _About | None = None

    def search(self, question: str, language: str, scope: Scope, k: int = 8) -> list[Passage]:
        """The ``passages`` of :meth:`find`."""
        return self.find(question, language, scope, k).passages

    def find(self, question: str, language: str, scope: Scope, k: int = 8) -> Found:
        """The ``k`` best live passages in scope, best first; what says nothing new stands under ``similar``.

        Where a customer is named, at most a third of the ``k`` are that customer's tickets, unless only tickets are
        asked for.

        :raises IngestUserError: the model that the knowledge base was made with cannot be opened.
        :raises AppError: the re-ranker cannot be used.
        """
        asked: Asked | None = None
        model = ""
        while True:
            before, known = self._reader.generation(), self._about
            about = self._countries(before)
            # From here to the comparison as little as possible is done: where documents are published all the time,
            # a search that takes longer than the time between two of them would never end.
            if self._about is not known:  # reading them took its time
                before = self._reader.generation()
            view = self._views.current()
            if view is None:
                return Found([], [])
            if asked is None or model != view.embedder.fingerprint:
                asked, model = Asked.of(question, language, view.embedder), view.embedder.fingerprint
            try:
                found = self._searched(view, about, asked, scope)
            except StoreError:
                if self._reader.generation() == before:
                    raise
                continue  # the collection was left for another one meanwhile
            if self._reader.generation() == before:
                scored = _scored(view, asked, found)
                if self._reranker:
                    scored = rerank(self._reranker, question, scored)
                return _chosen(scored, k, k if scope.kinds == _TICKETS else k // _HISTORY)

    def model(self) -> CentredEmbedder:
        """The embedding model of what is searched."""
        view = self._views.current()
        return view.embedder if view else self._knowledge.embedder

    def is_empty(self) -> bool:
        """Whether nothing can be searched yet."""
        return self._views.current() is None

    def require_documents(self) -> None:
        """:raises AppUserError: nothing can be searched yet."""
        if self.is_empty():
            raise AppUserError("the knowledge base is empty: run `polydesk ingest` on the documents first")

    def _countries(self, generation: object) -> CountryIndex:
        """Read anew after a change, but never so often that reading takes more than a twentieth of the time."""
        known = self._about
        if known is None or (known.generation != generation and time.monotonic() >= known.fresh_until):
            started = time.monotonic()
            index = CountryIndex(self._reader.country_shares())
            read = time.monotonic()
            known = self._about = _About(generation, index, read + _REREAD * (read - started))
        return known.index

    def _searched(self, view: View, about: CountryIndex, asked: Asked, scope: Scope) -> list[_Kept]:
        """Search once; what is published meanwhile may tear the result between store and ledger."""
        chunks = Candidates(self._reader, about, view, asked, scope).find()
        kept = view.vectors.get(chunk.digest for chunk in chunks)
        # What has no vectors was replaced between the questions to store and ledger.
        return [(c, kept[c.digest]) for c in chunks if c.digest in kept and len(kept[c.digest].units) == len(c.units)]


def _chosen(scored: Sequence[Passage], k: int, most_history: int) -> Found:
    passages = diverse(scored, k, most_history)
    told = {each.chunk.record_id for passage in passages for each in (passage, *passage.similar)}
    return Found(passages, [passage for passage in scored if passage.chunk.record_id not in told])


def _scored(view: View, asked: Asked, found: Sequence[_Kept]) -> list[Passage]:
    """The chunks as passages, best first."""
    candidates = [
        Candidate([unit.text for unit in chunk.units], chunk.language, vectors, chunk.version.countries)
        for chunk, vectors in found
    ]
    passages = [
        Passage(chunk, rating.score, rating.units, view.embedder, vectors=vectors)
        for (chunk, vectors), rating in zip(found, rate(asked, candidates), strict=True)
    ]
    return sorted(passages, key=lambda passage: -passage.score.total)
