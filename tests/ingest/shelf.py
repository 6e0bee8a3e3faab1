"""A knowledge base with a folder of documents beside it, and what can be seen of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections, past_name
from ingest.ledger.reading import LedgerReader, Scope, StoredChunk
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import LIVE, PAST, VectorRow
from ingest.ledger.writing import LedgerWriter
from ingest.pipeline import Summary
from ingest.runs import ingest_into
from ingest.sources import open_source

DAY = date.today()


def only(embedder: CentredEmbedder) -> Callable[[str], CentredEmbedder]:
    """A way to open models where there is just one."""
    return lambda _name: embedder


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
        live = Collections(self.knowledge.engine).live()
        assert live is not None and live.name == self.knowledge.collection_name
        query = self.knowledge.embedder.embed([question], [language], "query")[0]
        past = [past_name(live.name)] if scope and scope.as_of < date.today() else []
        hits = [hit for name in (live.name, *past) for hit in self.knowledge.store.collection(name).query(query, 100)]
        ids = dict.fromkeys(hit.id for hit in hits)
        found = reader.live_chunks(list(ids), scope or Scope(DAY))
        return [found[id] for id in ids if id in found]

    def texts(self, question: str = "returns", scope: Scope | None = None) -> list[str]:
        """The words of all that is found, in the alphabet's order."""
        return sorted(chunk.text for chunk in self.found(question, scope))

    def documents_live(self, scope: Scope | None = None) -> list[str]:
        """Ids of the documents with a version live in ``scope``."""
        return [
            version.document_id for version in LedgerReader(self.knowledge.engine).live_versions(scope or Scope(DAY))
        ]

    def stored_ids(self) -> set[str]:
        """Everything on the live shelf."""
        return set(self.knowledge.store.collection(self.knowledge.collection_name).ids())

    def owned_ids(self) -> set[str]:
        """Everything that published versions own."""
        published = LedgerWriter(self.knowledge.engine).published().values()
        return set(Shelving(self.knowledge.engine).record_ids([item.version_id for item in published]))

    def kept_digests(self) -> set[str]:
        """Texts whose vectors the ledger has, whichever model made them."""
        with self.knowledge.engine.connect() as connection:
            return set(connection.execute(select(VectorRow.digest)).scalars())

    def owned_digests(self) -> set[str]:
        """Texts of everything that is, will be or was in effect."""
        shelving, name = Shelving(self.knowledge.engine), self.knowledge.collection_name
        return {digest for shelf in (LIVE, PAST) for digest in shelving.owned(shelf, name).values()}

    def is_tidy(self) -> bool:
        """Whether store and ledger hold all that published versions own, and nothing else."""
        return self.stored_ids() == self.owned_ids() and self.kept_digests() == self.owned_digests()
