"""A model takes half a gigabyte: a process has it once, for as long as somebody holds it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from ingest.embedding import models
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.models import open_embedder


@pytest.fixture(autouse=True)
def _nothing_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_open", weakref.WeakValueDictionary())


def test_whoever_opens_a_model_that_is_open_shares_it_also_by_another_path(models_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(models_folder)
    opened = open_embedder(BUNDLE_NAME, models_folder)
    assert open_embedder(BUNDLE_NAME, tmp_path / "models") is opened
    assert open_embedder(BUNDLE_NAME, models_folder, "few") is not opened


def test_a_model_that_nobody_holds_is_let_go(models_folder: Path) -> None:
    opened = weakref.ref(open_embedder(BUNDLE_NAME, models_folder))
    gc.collect()
    assert opened() is None
