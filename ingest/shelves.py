"""The two shelves of a knowledge base: the one every question is searched on, and the one for questions about the past.

A shelf's records are derived from the ledger and can be made anew from it; the ledger alone says what is live.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.documents import Chunk
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.collections import past_name
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import LIVE, NOWHERE, PAST
from ingest.texts import EmbeddedText, embedded_texts
from ingest.vectors import Embedded, VectorWriter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.store import StoreConnection
    from ingest.store.vectors import VectorCollection

_PAGE = 500  # records copied at once
Version = tuple[str, str, Sequence[Chunk]]  # key, title, chunks


class Shelves:
    """Puts records on the shelves of one collection, and takes them off. The caller holds the writer's lock."""

    def __init__(self, store: StoreConnection, name: str, embedder: CentredEmbedder, shelving: Shelving) -> None:
        self.name = name
        self._store = store
        self._embedder = embedder
        self._shelving = shelving

    @cached_property
    def live(self) -> VectorCollection:
        return self._store.collection(self.name)

    @cached_property
    def past(self) -> VectorCollection:
        return self._store.collection(past_name(self.name))

    def write(self, versions: Iterable[Version], shelf: str = LIVE) -> Embedded:
        """Put versions on a shelf; whoever asks the ledger sees nothing of them yet."""
        texts = [text for key, title, chunks in versions for text in embedded_texts(key, title, chunks)]
        distinct = list({text.record_id: text for text in texts}.values())  # one text at two places
        return VectorWriter(self._on(shelf), self._embedder, self._known).write(distinct)

    def clean(self) -> None:
        """Take from the live shelf what ended, keeping for the past what was once in effect.

        A record is copied before it is deleted and noted last, so that a run that dies here is taken up again.
        """
        for left in self._shelving.leftovers():
            if left.kept_for_the_past:
                self._copy(left.records)
            self.live.delete(left.dropped)
            self._shelving.put([left.version_id], PAST if left.kept_for_the_past else NOWHERE)

    def _copy(self, ids: Sequence[str]) -> None:
        for at in range(0, len(ids), _PAGE):
            self.past.add(self.live.get(ids[at : at + _PAGE]))

    def _known(self, texts: Sequence[EmbeddedText]) -> dict[str, NDArray[np.float32]]:
        """Vectors that this collection holds already of these texts, whichever document they were embedded for."""
        wanted = {text.digest: text for text in texts}
        places = self._shelving.known(wanted, self.name)
        by_id = {record: digest for digest, (record, _shelf) in places.items()}
        found: dict[str, NDArray[np.float32]] = {}
        shelf_of = sorted((shelf, record) for record, shelf in places.values())
        for shelf, group in groupby(shelf_of, key=lambda pair: pair[0]):
            for record in self._on(shelf).get([id for _shelf, id in group]):
                digest = by_id[record.id]
                if record.text == wanted[digest].text:  # else the store was damaged: it is embedded again
                    found[digest] = record.vector
        return found

    def _on(self, shelf: str) -> VectorCollection:
        return self.live if shelf == LIVE else self.past
