"""Open what every command works with: the ledger, the store and the embedding model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.embedding.centring import CentredEmbedder, centred_fingerprint, language_means
from ingest.embedding.models import Purpose, fingerprint_of, open_embedder
from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger
from ingest.lexical.shelves import Words, open_words
from ingest.settings import IngestSettings
from ingest.store import open_store, start_store_early

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from ingest.embedding.base import Embedder
    from ingest.store import StoreConnection


@dataclass(frozen=True)
class Knowledge:
    """An open knowledge base."""

    engine: Engine
    store: StoreConnection
    words: Words
    embedder: CentredEmbedder
    open_model: Callable[[str], CentredEmbedder]  # by the name that settings would give it

    @property
    def collection_name(self) -> str:
        """The collection of this embedding model; vectors of two models never mix."""
        return Collections(self.engine).named_for(self.embedder.fingerprint)


@contextmanager
def open_knowledge(
    settings: IngestSettings, purpose: Purpose = "query", engine: Engine | None = None, model: Embedder | None = None
) -> Iterator[Knowledge]:
    """Open the knowledge base; the store starts while the model loads.

    :param purpose: who queries takes the model that the knowledge base was made with, who writes that of the settings.
    :param engine: the ledger where it is open already; it is left open.
    :param model: the settings' own where it is open, or being opened, already.
    :raises IngestUserError: home, database or model cannot be used.
    :raises StoreError: the store does not answer.
    """
    opened = engine or open_ledger(settings.home, settings.database_url)
    try:
        if settings.chroma_url is None:
            start_store_early(settings.home)
        live = Collections(opened).live() if purpose == "query" else None
        if model is None:
            embedder = open_centred_embedder(settings, purpose, live.model if live else None)
        else:
            embedder = _centred(model, settings.home / "models")
        with open_words(settings.home) as words, open_store(settings.home, settings.chroma_server) as store:
            yield Knowledge(opened, store, words, embedder, lambda name: open_centred_embedder(settings, purpose, name))
    finally:
        if engine is None:
            opened.dispose()


def model_fingerprint(settings: IngestSettings) -> str:
    """The fingerprint of the model that the settings name, without loading it."""
    from ingest.languages.calibration import calibration_digest

    return centred_fingerprint(fingerprint_of(settings.embedding_model, settings.home / "models"), calibration_digest())


def open_centred_embedder(
    settings: IngestSettings, purpose: Purpose = "query", name: str | None = None
) -> CentredEmbedder:
    """An embedding model with its language means, both made ready on first use; that of the settings by default."""
    models = settings.home / "models"
    return _centred(
        open_embedder(name or settings.embedding_model, models, purpose, settings.embedding_runtime), models
    )


def _centred(embedder: Embedder, models: Path) -> CentredEmbedder:
    from ingest.languages.calibration import calibration_digest, calibration_texts

    digest = calibration_digest()
    return CentredEmbedder(embedder, language_means(embedder, calibration_texts, digest, models), digest)
