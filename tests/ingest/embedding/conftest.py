"""The bundled model on torch, loaded once: it takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.embedding.base import Embedder
from ingest.embedding.bundle import BUNDLE_NAME


@pytest.fixture(scope="session")
def torch_embedder(models_folder: Path) -> Embedder:
    from ingest.embedding.transformer import TransformerEmbedder

    return TransformerEmbedder(models_folder / BUNDLE_NAME, BUNDLE_NAME, "0" * 16)
