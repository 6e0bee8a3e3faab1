"""A large knowledge base of made documents, written past the pipeline, which would embed and stage each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from eval.made_documents import CHUNKS_A_DOCUMENT, DocumentMaker, MadeDocument
from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections, first_name, past_name
from ingest.ledger.tables import LIVE, PAST, PUBLISHED, SUPERSEDED, ChunkRow, DocumentRow, VectorRow, VersionRow, now
from ingest.ledger.writing import chunk_row
from ingest.lexical import Entry
from ingest.texts import ChunkText, chunk_texts
from ingest.vectors import record_of

if TYPE_CHECKING:
    from ingest.store.vectors import Record

AUTUMN_BEFORE_LAST = date(2025, 10, 1)  # the day on which what is superseded ceased to be in effect
_DOCUMENTS_AT_ONCE = 250  # 5,000 chunks: one request to the vector store, one transaction each of ledger and words


class MadeKnowledge:
    """Fills ``knowledge``, which is empty at first; may be filled further."""

    def __init__(self, knowledge: Knowledge, maker: DocumentMaker) -> None:
        self._knowledge = knowledge
        self._maker = maker
        self._documents = 0
        fingerprint = knowledge.embedder.fingerprint
        self._collection = first_name(fingerprint)
        collections = Collections(knowledge.engine)
        collections.ensure(self._collection, knowledge.embedder.embedder.name, fingerprint)
        collections.switch(self._collection)

    def fill(self, chunks: int, written: Callable[[int, int], None]) -> None:
        """Add documents until there are at least so many chunks.

        :param written: called with the number of chunks that are there, and ``chunks``.
        """
        wanted = -(-chunks // CHUNKS_A_DOCUMENT)
        while self._documents < wanted:
            last = min(wanted, self._documents + _DOCUMENTS_AT_ONCE)
            self._write([self._maker.document(number) for number in range(self._documents, last)])
            self._documents = last
            written(last * CHUNKS_A_DOCUMENT, chunks)

    def _write(self, documents: Sequence[MadeDocument]) -> None:
        texts = {made.number: chunk_texts(_key(made.number), made.title, made.chunks) for made in documents}
        for shelf, name in ((LIVE, self._collection), (PAST, past_name(self._collection))):
            own = [made for made in documents if made.superseded is (shelf == PAST)]
            words = self._knowledge.words.live if shelf == LIVE else self._knowledge.words.past
            words.write(
                [Entry(text.record_id, text.language, text.text) for made in own for text in texts[made.number]]
            )
            records = list(_records(own, texts))
            self._knowledge.store.collection(name).add(records, batch_size=len(records) or 1)
        with self._knowledge.engine.begin() as connection:
            fingerprint = self._knowledge.embedder.fingerprint
            connection.execute(insert(DocumentRow), [{"id": _document_id(made.number)} for made in documents])
            connection.execute(insert(VersionRow), [_version(made, self._collection) for made in documents])
            connection.execute(
                insert(ChunkRow),
                [
                    chunk_row(made.number + 1, chunk, text)
                    for made in documents
                    for chunk, text in zip(made.chunks, texts[made.number], strict=True)
                ],
            )
            connection.execute(
                insert(VectorRow),
                [
                    {"fingerprint": fingerprint, "digest": text.digest, "payload": vectors.to_bytes()}
                    for made in documents
                    for text, vectors in zip(texts[made.number], made.vectors, strict=True)
                ],
            )


def _records(documents: Sequence[MadeDocument], texts: dict[int, list[ChunkText]]) -> Iterator[Record]:
    for made in documents:
        for text, vectors in zip(texts[made.number], made.vectors, strict=True):
            yield record_of(text, vectors)


def _document_id(number: int) -> str:
    return f"made/{number:06d}"


def _key(number: int) -> str:
    return hashlib.sha256(_document_id(number).encode()).hexdigest()[:32]


def _version(made: MadeDocument, collection: str) -> dict[str, Any]:
    return {
        "id": made.number + 1,
        "document_id": _document_id(made.number),
        "number": 1,
        "key": _key(made.number),
        "uri": f"file:///{_document_id(made.number)}.md",
        "content_hash": _key(made.number),
        "title": made.title,
        "kind": made.kind,
        "language": made.language,
        "audience": made.audience,
        "customer_id": made.customer_id,
        "effective_from": made.effective_from,
        "effective_to": None,
        "text": made.text,
        "details": {"countries": made.countries},
        "collection": collection,
        "state": SUPERSEDED if made.superseded else PUBLISHED,
        "starts_on": made.effective_from,
        "ends_on": max(made.effective_from, AUTUMN_BEFORE_LAST) if made.superseded else None,
        "shelf": PAST if made.superseded else LIVE,
        "run_id": None,
        "published_at": now(),
        "ended_at": now() if made.superseded else None,
    }
