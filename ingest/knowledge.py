"""Open what every command works with: the ledger, the store and the embedding model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.embedding.centring import CentredEmbedder, language_means
from ingest.embedding.models import Purpose, open_embedder
from ingest.ledger.engine import open_ledger
from ingest.settings import IngestSettings
from ingest.store import open_store, start_store_early

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ingest.store import StoreConnection


@dataclass(frozen=True)
class Knowledge:
    """An open knowledge base."""

    engine: Engine
    store: StoreConnection
    embedder: CentredEmbedder

    @property
    def collection_name(self) -> str:
        """The collection of this embedding model; vectors of two models never mix."""
        return f"polydesk-{self.embedder.fingerprint}"


@contextmanager
def open_knowledge(settings: IngestSettings, purpose: Purpose = "query") -> Iterator[Knowledge]:
    """Open the knowledge base; the store starts while the model loads.

    :raises IngestUserError: home, database or model cannot be used.
    :raises StoreError: the store does not answer.
    """
    engine = open_ledger(settings.home, settings.database_url)
    try:
        if settings.chroma_url is None:
            start_store_early(settings.home)
        embedder = open_centred_embedder(settings, purpose)
        with open_store(settings.home, settings.chroma_url) as store:
            yield Knowledge(engine, store, embedder)
    finally:
        engine.dispose()


def open_centred_embedder(settings: IngestSettings, purpose: Purpose = "query") -> CentredEmbedder:
    """The embedding model with its language means, both made ready on first use."""
    from ingest.languages.calibration import calibration_digest, calibration_texts

    models = settings.home / "models"
    embedder = open_embedder(settings.embedding_model, models, purpose, settings.embedding_runtime)
    digest = calibration_digest()
    return CentredEmbedder(embedder, language_means(embedder, calibration_texts, digest, models), digest)
