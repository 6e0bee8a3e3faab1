"""Chunks embedded where the model is, in a process of its own: the same vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psutil
import pytest

from ingest.chunk_embedding import LocalEncoder, Wording
from ingest.embedding.apart import EmbedderApart
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding_apart import ApartEncoder
from ingest.errors import IngestError

CHUNKS = [
    Wording("de", "Rückgabe", ["Waren können binnen 30 Tagen zurückgegeben werden.", "Danach nicht mehr."]),
    Wording("ja", "", ["返品は30日以内です。"]),
    Wording("th", "การคืนสินค้า", ["คืนสินค้าได้ภายใน 30 วัน"]),
]


def test_the_vectors_are_those_that_are_made_in_this_process(apart: EmbedderApart, embedder: CentredEmbedder) -> None:
    here, there = LocalEncoder(embedder).encode(CHUNKS), ApartEncoder(apart, embedder.means).encode(CHUNKS)
    assert here.embedded() == there.embedded() == 5
    assert [each.to_bytes() for each in here.vectors()] == [each.to_bytes() for each in there.vectors()]
    assert all(np.array_equal(a.whole, b.whole) for a, b in zip(here.vectors(), there.vectors(), strict=True))


def test_where_the_process_ends_whoever_waits_is_told(models_folder: Path, embedder: CentredEmbedder) -> None:
    model = EmbedderApart(BUNDLE_NAME, models_folder, "bulk", "onnx")
    coming = ApartEncoder(model, embedder.means).encode(CHUNKS)
    model._process.kill()
    with pytest.raises(IngestError, match="process that embeds is gone"):
        coming.vectors()
    model.close()


def test_numpy_has_one_thread_there_unless_somebody_says_otherwise(apart: EmbedderApart) -> None:
    assert psutil.Process(apart._process.pid).environ()["OPENBLAS_NUM_THREADS"] == "1"
