"""What the model has made of a row of tokens is not computed again, and is what the model would make of it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.embedding.base import Embedder
from ingest.settings import IngestSettings
from tests.support.stack.passes import CHANGES, KEPT


class OnnxEmbedder:
    """Its states of a token are the token's number, three times."""

    dimension = 3

    def __init__(self, fingerprint: str = "a") -> None:
        self.fingerprint = fingerprint
        self.passed: list[list[int]] = []

    def _last_hidden(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        self.passed += map(list, rows)
        longest = max(map(len, rows))
        padded = [[*row, *[99] * (longest - len(row))] for row in rows]
        return np.repeat(np.array(padded, dtype=np.float32)[:, :, None], self.dimension, axis=2)


@pytest.fixture
def embedder_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[OnnxEmbedder]:
    monkeypatch.setenv(KEPT, str(tmp_path))
    changed = type("OnnxEmbedder", (OnnxEmbedder,), {})
    CHANGES["ingest.embedding.onnx"](SimpleNamespace(OnnxEmbedder=changed))
    return changed


def test_a_row_goes_through_the_model_once_whoever_asks(embedder_class: type[OnnxEmbedder]) -> None:
    first, second = embedder_class(), embedder_class()
    first._last_hidden([[1, 2, 3], [4]])
    hidden = second._last_hidden([[5, 6], [4], [1, 2, 3]])
    assert second.passed == [[5, 6]]
    assert [states[: len(row), 0].tolist() for states, row in zip(hidden, ([5, 6], [4], [1, 2, 3]), strict=True)] == [
        [5, 6],
        [4],
        [1, 2, 3],
    ]
    assert hidden.shape == (3, 3, 3) and hidden.dtype == np.float32


def test_another_model_is_asked_itself(embedder_class: type[OnnxEmbedder]) -> None:
    embedder_class()._last_hidden([[1, 2]])
    other = embedder_class("b")
    other._last_hidden([[1, 2]])
    assert other.passed == [[1, 2]]


def test_threads_of_a_process_keep_the_same_row_at_a_time(embedder_class: type[OnnxEmbedder]) -> None:
    rows = [[number] for number in range(300)]
    together = Barrier(4)

    def embed(_: int) -> NDArray[np.float32]:
        together.wait()
        hidden: NDArray[np.float32] = embedder_class()._last_hidden(rows)
        return hidden

    with ThreadPoolExecutor(4) as threads:
        for hidden in threads.map(embed, range(4)):
            assert hidden[:, 0, 0].tolist() == list(range(300))


def test_nothing_is_kept_where_no_folder_is_named(
    embedder_class: type[OnnxEmbedder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEPT)
    asked = embedder_class()
    for _ in range(2):
        asked._last_hidden([[1, 2]])
    assert asked.passed == [[1, 2], [1, 2]]


def test_vectors_from_kept_passes_are_those_of_the_model(models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.knowledge import open_centred_embedder

    embedder: Embedder = open_centred_embedder(IngestSettings(home=models_folder.parent)).embedder
    texts = ["Where is my parcel?", "Wo ist mein Paket, das am Montag verschickt wurde?"]
    made, kept = (embedder.embed(texts, "query") for _ in range(2))
    monkeypatch.delenv(KEPT)
    assert np.array_equal(made, kept)
    assert np.allclose(embedder.embed(texts, "query"), kept, atol=1e-6)
