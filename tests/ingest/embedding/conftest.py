"""The bundled model on torch, loaded once: it takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.embedding.base import Embedder
from ingest.embedding.bundle import BUNDLE_NAME
from tests.support.stack.passes import KEPT


@pytest.fixture(autouse=True)
def _passes_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are what is tested here: none of an earlier test's is taken for another."""
    monkeypatch.delenv(KEPT)


@pytest.fixture(scope="session")
def torch_embedder(models_folder: Path) -> Embedder:
    from ingest.embedding.transformer import TransformerEmbedder

    return TransformerEmbedder(models_folder / BUNDLE_NAME, BUNDLE_NAME, "0" * 16)
