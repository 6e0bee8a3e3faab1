"""An empty knowledge base for each test, on one vector store for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import knowledge, runs
from ingest.embedding.apart import EmbedderApart
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge
from ingest.ledger.engine import open_ledger
from ingest.lexical.shelves import open_words
from ingest.settings import IngestSettings
from ingest.store import StoreConnection, open_store
from tests.ingest.shelf import Shelf, only
from tests.support.command import Command, command_with


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreConnection]:
    home = tmp_path_factory.mktemp("store")
    with open_store(home, IngestSettings(home=home).chroma_server) as opened:
        yield opened


@pytest.fixture
def shelf(store: StoreConnection, embedder: CentredEmbedder, tmp_path: Path) -> Iterator[Shelf]:
    engine = open_ledger(tmp_path / "home")
    documents = tmp_path / "docs"
    documents.mkdir()
    with open_words(tmp_path / "home") as words:
        yield Shelf(Knowledge(engine, store, words, embedder, only(embedder)), documents)
    for name in store.list_collections():
        store.delete_collection(name)
    engine.dispose()


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], embedder: CentredEmbedder) -> Command:
    """Runs the command; returns its exit status and what it printed."""
    return command_with(embedder, (knowledge, runs), monkeypatch, capsys)


@pytest.fixture(scope="module")
def apart(models_folder: Path) -> Iterator[EmbedderApart]:
    """The bundled model in a process of its own."""
    model = EmbedderApart(BUNDLE_NAME, models_folder, "bulk", "onnx")
    yield model
    model.close()
