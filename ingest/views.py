"""What readers search at this moment; it changes when the knowledge base is filled with another embedding model."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.embedding.centring import CentredEmbedder
from ingest.errors import IngestUserError
from ingest.knowledge import Knowledge
from ingest.ledger.collections import CollectionInfo, Collections, past_name
from ingest.lexical.shelves import Words

if TYPE_CHECKING:
    from ingest.store.vectors import VectorCollection


@dataclass(frozen=True)
class View:
    """A collection, the one beside it for questions about the past, their words, and the model of their vectors."""

    live: VectorCollection
    past: VectorCollection
    words: Words
    embedder: CentredEmbedder


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
                store = self._knowledge.store
                live, past = store.collection(info.name), store.collection(past_name(info.name))
                view = View(live, past, self._knowledge.words, self._embedder(info))
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
