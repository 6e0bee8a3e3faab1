"""A knowledge base with a folder of documents beside it, and what can be seen of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.knowledge import Knowledge
from ingest.ledger.reading import LedgerReader, Scope, StoredChunk
from ingest.ledger.writing import LedgerWriter
from ingest.pipeline import Summary
from ingest.runs import ingest_into
from ingest.sources import open_source

DAY = date(2026, 11, 21)


@dataclass
class Shelf:
    """Documents on disk, and the knowledge base that was made of them."""

    knowledge: Knowledge
    documents: Path

    def write(self, name: str, text: str) -> Path:
        file = self.documents / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def ingest(self, *paths: Path) -> Summary:
        """Ingest ``paths``, or the whole folder."""
        return ingest_into(self.knowledge, [open_source(path) for path in paths or (self.documents,)])

    def found(self, question: str, scope: Scope | None = None, language: str = "en") -> list[StoredChunk]:
        """What a reader finds, nearest first: hits of the store that the ledger calls live."""
        reader = LedgerReader(self.knowledge.engine)
        name = reader.live_collection()
        assert name == self.knowledge.collection_name
        query = self.knowledge.embedder.embed([question], [language], "query")[0]
        hits = self.knowledge.store.collection(name).query(query, 100)
        chunk_ids = dict.fromkeys(":".join(hit.id.split(":")[:2]) for hit in hits)
        live = reader.live_chunks(list(chunk_ids), scope or Scope(DAY))
        return [live[id] for id in chunk_ids if id in live]

    def texts(self, question: str = "returns", scope: Scope | None = None) -> list[str]:
        """The words of all that is found, in the alphabet's order."""
        return sorted(chunk.text for chunk in self.found(question, scope))

    def documents_live(self, scope: Scope | None = None) -> list[str]:
        """Ids of the documents with a version live in ``scope``."""
        return [
            version.document_id for version in LedgerReader(self.knowledge.engine).live_versions(scope or Scope(DAY))
        ]

    def stored_ids(self) -> set[str]:
        """Everything in the vector store."""
        return set(self.knowledge.store.collection(self.knowledge.collection_name).ids())

    def owned_ids(self) -> set[str]:
        """Everything that published versions own."""
        writer = LedgerWriter(self.knowledge.engine)
        return set(writer.record_ids([item.version_id for item in writer.published().values()]))
