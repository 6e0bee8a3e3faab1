"""What workers are asked for, without Ray: chunks in tasks of a bounded size, and documents that cost every worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from ingest.chunk_embedding import LocalEncoder, Wording
from ingest.cluster import workers
from ingest.cluster.assignment import Assignment, assignment_of
from ingest.cluster.connection import Cluster, LostWorkerError
from ingest.cluster.workers import RayWorkers
from ingest.documents import Content, SourceItem
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import DocumentError, IngestError
from ingest.settings import IngestSettings


class HereAndNow:
    """A cluster that does tasks itself, or loses whoever does them."""

    slots = 2

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.loses: set[str] = set()

    def share(self, value: object) -> object:
        return value

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.asked.append(function.__name__)
        if function.__name__ in self.loses:
            raise LostWorkerError("Ray at here: 3 workers were lost in the same task")
        return function(*arguments)


@pytest.fixture
def cluster() -> HereAndNow:
    return HereAndNow()


@pytest.fixture
def assignment(models_folder: Path) -> Assignment:
    return assignment_of(IngestSettings(home=models_folder.parent, embedding_runtime="onnx"))


@pytest.fixture
def ray_workers(cluster: HereAndNow, assignment: Assignment) -> Iterator[RayWorkers]:
    with ThreadPoolExecutor(2) as threads:
        yield RayWorkers(cast("Cluster", cluster), assignment, threads)


def test_chunks_of_many_tasks_come_back_in_order(
    ray_workers: RayWorkers, cluster: HereAndNow, embedder: CentredEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_TASK_UNITS", 4)
    chunks = [Wording("en", f"Paper {n}", (f"Returns take {n} days.", "Nothing else.")) for n in range(5)]
    coming = ray_workers.encoder(embedder).encode(chunks)
    expected = LocalEncoder(embedder).encode(chunks)
    for ours, theirs in zip(coming.vectors(), expected.vectors(), strict=True):
        assert np.allclose(ours.whole, theirs.whole, atol=1e-3)
        assert np.allclose(ours.units, theirs.units, atol=1e-3)
    assert coming.embedded() >= expected.embedded()
    assert cluster.asked == ["embed"] * 3


def test_a_document_that_costs_every_worker_is_refused_by_name(ray_workers: RayWorkers, cluster: HereAndNow) -> None:
    cluster.loses = {"read"}
    with pytest.raises(DocumentError, match=r"^a\.md: ") as refused:
        ray_workers.reader(None)(SourceItem("file:///a.md", "a.md", ""), Content("a.md", b"# A\n\nWords."))
    assert refused.value.code == "worker-lost"


def test_texts_that_cannot_be_embedded_for_want_of_workers_end_the_run(
    ray_workers: RayWorkers, cluster: HereAndNow, embedder: CentredEmbedder
) -> None:
    cluster.loses = {"embed"}
    coming = ray_workers.encoder(embedder).encode([Wording("en", "", ("Thirty days.",))])
    with pytest.raises(IngestError) as failed:
        coming.vectors()
    assert not isinstance(failed.value, DocumentError)


def test_the_model_of_the_workers_is_one_like_any_other(ray_workers: RayWorkers, embedder: CentredEmbedder) -> None:
    model, texts = ray_workers.model, ["Thirty days.", "Vierzig Tage."]
    assert (model.name, model.fingerprint) == (embedder.embedder.name, embedder.embedder.fingerprint)
    assert model.dimension == embedder.dimension
    assert model.count_tokens(texts) == embedder.count_tokens(texts)
    assert np.allclose(model.embed(texts, "passage"), embedder.embedder.embed(texts, "passage"), atol=1e-4)
