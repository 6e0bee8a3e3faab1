"""The two shelves of a knowledge base: the one every question is searched on, and the one for questions about the past.

A shelf's records are derived from the ledger and can be made anew from it; the ledger alone says what is live.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING

from ingest.chunk_embedding import ChunkEncoder, LocalEncoder
from ingest.documents import Chunk
from ingest.errors import IngestError
from ingest.knowledge import Knowledge
from ingest.ledger.collections import past_name
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import LIVE, NOWHERE, PAST
from ingest.ledger.vectors import VectorShelf
from ingest.lexical import Entry, LexicalIndex
from ingest.paging import pages
from ingest.text_vectors import EncodedTexts, TextVectors
from ingest.texts import ChunkText, chunk_texts
from ingest.vectors import Embedded, VectorWriter, encode_ahead

if TYPE_CHECKING:
    from ingest.store.vectors import Record, VectorCollection

_PAGE = 500  # records copied at once
_VERSIONS = 50  # cleaned away at once
Version = tuple[str, str, Sequence[Chunk]]  # key, title, chunks


@dataclass(frozen=True)
class Shelf:
    """The two indexes of a shelf."""

    vectors: VectorCollection
    words: LexicalIndex


@dataclass(frozen=True)
class Ahead:
    """What is to be written of some versions, and as much of it as is encoded already."""

    texts: Sequence[ChunkText]
    encoded: Sequence[EncodedTexts]


class Shelves:
    """Puts records on the shelves of one collection, and takes them off. The caller holds the writer's lock.

    :param encoder: embeds what has no vectors; the knowledge base's own model when not given.
    """

    def __init__(self, knowledge: Knowledge, shelving: Shelving, encoder: ChunkEncoder | None = None) -> None:
        self.name = knowledge.collection_name
        self.kept = VectorShelf(knowledge.engine, knowledge.embedder.fingerprint)
        self._words = knowledge.words
        self._store = knowledge.store
        self._vectors = TextVectors(self.kept, encoder or LocalEncoder(knowledge.embedder))
        self._shelving = shelving

    @cached_property
    def live(self) -> Shelf:
        return Shelf(self._store.collection(self.name), self._words.live)

    @cached_property
    def past(self) -> Shelf:
        return Shelf(self._store.collection(past_name(self.name)), self._words.past)

    def on(self, shelf: str) -> Shelf:
        """The shelf of this name."""
        return self.live if shelf == LIVE else self.past

    def wake(self) -> None:
        """Have the store read the live collection from disk, which it does when first asked, and do not wait for it."""
        live = self.live.vectors

        def ask() -> None:
            with suppress(IngestError):  # the one who needs the store will learn what is wrong
                live.get(["-"], vectors=False)

        Thread(target=ask, name="waking", daemon=True).start()

    def encode(self, versions: Iterable[Version]) -> Ahead:
        """Embed versions, and write nothing; may be called while those before them are being written."""
        texts = _texts(versions)
        return Ahead(texts, encode_ahead(texts, self._vectors))

    def write(self, versions: Iterable[Version] | Ahead, shelf: str = LIVE) -> Embedded:
        """Put versions on a shelf; whoever asks the ledger sees nothing of them yet."""
        ahead = versions if isinstance(versions, Ahead) else Ahead(_texts(versions), [])
        on = self.on(shelf)
        on.words.write([Entry(text.record_id, text.language, text.text) for text in ahead.texts])
        return VectorWriter(on.vectors, self._vectors).write(ahead.texts, ahead.encoded)

    def clean(self) -> None:
        """Take from the live shelf what ended, keeping for the past what was once in effect.

        A record is copied before it is deleted and noted last, so that a run that dies here is taken up again.
        """
        for group in pages(self._shelving.leftovers(), _VERSIONS):
            self._copy([id for left in group if left.kept_for_the_past for id in left.records])
            dropped = [id for left in group for id in left.dropped]
            self.live.vectors.delete(dropped)
            self.live.words.delete(dropped)
            for shelf, kept in ((PAST, True), (NOWHERE, False)):
                self._shelving.put([left.version_id for left in group if left.kept_for_the_past is kept], shelf)

    def _copy(self, ids: Sequence[str]) -> None:
        for page in pages(ids, _PAGE):
            records = self.live.vectors.get(page)
            self.past.vectors.add(records)
            self.past.words.write([entry_of(record) for record in records])


def _texts(versions: Iterable[Version]) -> list[ChunkText]:
    """The texts of versions, one that stands at two places once."""
    texts = [text for key, title, chunks in versions for text in chunk_texts(key, title, chunks)]
    return list({text.record_id: text for text in texts}.values())


def entry_of(record: Record) -> Entry:
    """How a record of the vector store stands in the lexical index: by the very text that is embedded."""
    return Entry(record.id, str(record.metadata["language"]), record.text)
