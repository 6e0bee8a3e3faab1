"""What readers search at this moment; it changes when the knowledge base is filled with another embedding model."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date

from ingest.embedding.centring import CentredEmbedder
from ingest.errors import IngestUserError
from ingest.knowledge import Knowledge
from ingest.ledger.collections import CollectionInfo, Collections, past_name
from ingest.ledger.vectors import VectorShelf
from ingest.shelves import Shelf


@dataclass(frozen=True)
class View:
    """The collection that is searched, the one beside it for questions about the past, and the model of both."""

    live: Shelf
    past: Shelf
    vectors: VectorShelf
    embedder: CentredEmbedder

    def shelves(self, as_of: date) -> list[Shelf]:
        """Where to look for what is in effect on a day."""
        return [self.live] if as_of >= date.today() else [self.live, self.past]


class Views:
    """Follows the ledger from one collection to the next; safe to share between threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._collections = Collections(knowledge.engine)
        self._opening = threading.Lock()
        self._current: tuple[CollectionInfo, View] | None = None

    def current(self) -> View | None:
        """What is to be searched now; None before anything was published.

        :raises IngestUserError: it was made with a model that cannot be opened here.
        """
        info = self._collections.live()
        if info is None:
            return None
        with self._opening:
            if self._current is None or self._current[0] != info:
                store, words = self._knowledge.store, self._knowledge.words
                live = Shelf(store.collection(info.name), words.live)
                past = Shelf(store.collection(past_name(info.name)), words.past)
                embedder = self._embedder(info)
                view = View(live, past, VectorShelf(self._knowledge.engine, embedder.fingerprint), embedder)
                self._current = (info, view)
            return self._current[1]

    def _embedder(self, info: CollectionInfo) -> CentredEmbedder:
        candidates = [self._knowledge.embedder]
        if self._current is not None:
            candidates.append(self._current[1].embedder)
        for embedder in candidates:
            if embedder.fingerprint == info.fingerprint:
                return embedder
        opened = self._knowledge.open_model(info.model)
        if opened.fingerprint != info.fingerprint:
            raise IngestUserError(
                f"the files of embedding model {info.model} are not those the knowledge base was ingested with: "
                "run `polydesk ingest` again, or put the model's files back"
            )
        return opened
