"""Homes with a model that costs nothing, and stores that end soon."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings
from ingest import knowledge
from ingest.store.keeper import LINGER_VARIABLE
from tests.support.hashed_embedder import hashed


@pytest.fixture(autouse=True)
def _hashed_model(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = hashed()
    monkeypatch.setattr(knowledge, "open_centred_embedder", lambda *_: embedder)
    monkeypatch.setenv(LINGER_VARIABLE, "0.2")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")
