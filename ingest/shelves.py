"""The two shelves of a knowledge base: the one every question is searched on, and the one for questions about the past.

A shelf's records are derived from the ledger and can be made anew from it; the ledger alone says what is live.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.documents import Chunk
from ingest.knowledge import Knowledge
from ingest.ledger.collections import past_name
from ingest.ledger.paging import pages
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import LIVE, NOWHERE, PAST
from ingest.lexical import Entry, LexicalIndex
from ingest.texts import EmbeddedText, embedded_texts, is_chunk
from ingest.vectors import Embedded, VectorWriter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.store.vectors import VectorCollection

_PAGE = 500  # records copied at once
_VERSIONS = 50  # cleaned away at once
Version = tuple[str, str, Sequence[Chunk]]  # key, title, chunks


class Shelves:
    """Puts records on the shelves of one collection, and takes them off. The caller holds the writer's lock."""

    def __init__(self, knowledge: Knowledge, shelving: Shelving) -> None:
        self.name = knowledge.collection_name
        self.words = knowledge.words
        self._store = knowledge.store
        self._embedder = knowledge.embedder
        self._shelving = shelving

    @cached_property
    def live(self) -> VectorCollection:
        return self._store.collection(self.name)

    @cached_property
    def past(self) -> VectorCollection:
        return self._store.collection(past_name(self.name))

    def on(self, shelf: str) -> tuple[VectorCollection, LexicalIndex]:
        """The two indexes of a shelf."""
        return self._on(shelf), self._words_on(shelf)

    def write(self, versions: Iterable[Version], shelf: str = LIVE) -> Embedded:
        """Put versions on a shelf; whoever asks the ledger sees nothing of them yet."""
        texts = [text for key, title, chunks in versions for text in embedded_texts(key, title, chunks)]
        distinct = list({text.record_id: text for text in texts}.values())  # one text at two places
        self._words_on(shelf).write([entry_of(text) for text in distinct if text.part == "chunk"])
        return VectorWriter(self._on(shelf), self._embedder, self._known).write(distinct)

    def clean(self) -> None:
        """Take from the live shelf what ended, keeping for the past what was once in effect.

        A record is copied before it is deleted and noted last, so that a run that dies here is taken up again.
        """
        for group in pages(self._shelving.leftovers(), _VERSIONS):
            self._copy([id for left in group if left.kept_for_the_past for id in left.records])
            dropped = [id for left in group for id in left.dropped]
            self.live.delete(dropped)
            self.words.live.delete(id for id in dropped if is_chunk(id))
            for shelf, kept in ((PAST, True), (NOWHERE, False)):
                self._shelving.put([left.version_id for left in group if left.kept_for_the_past is kept], shelf)

    def _copy(self, ids: Sequence[str]) -> None:
        for page in pages(ids, _PAGE):
            records = self.live.get(page)
            self.past.add(records)
            entries = [Entry(each.id, str(each.metadata["language"]), each.text) for each in records]
            self.words.past.write([entry for entry in entries if is_chunk(entry.id)])

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

    def _words_on(self, shelf: str) -> LexicalIndex:
        return self.words.live if shelf == LIVE else self.words.past

    def _on(self, shelf: str) -> VectorCollection:
        return self.live if shelf == LIVE else self.past


def entry_of(text: EmbeddedText) -> Entry:
    """How a chunk stands in the lexical index: by the very text that is embedded."""
    return Entry(text.record_id, text.language, text.text)
