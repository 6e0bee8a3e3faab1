"""Any sentence-transformers folder runs on torch, in bf16 too, with the prefixes it was trained with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.embedding.base import Embedder
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.models import open_embedder
from ingest.embedding.transformer import TransformerEmbedder, _prompts
from ingest.errors import IngestUserError
from tests.ingest.embedding.texts import MESSAGES
from tests.support.models import english_model

FOUR = [MESSAGES[language][0] for language in ("en", "de", "zh", "ar")]


def test_bf16_runs_on_any_processor_and_agrees_with_fp32(models_folder: Path, torch_embedder: Embedder) -> None:
    import torch

    half = TransformerEmbedder(models_folder / BUNDLE_NAME, BUNDLE_NAME, "0" * 16, bf16=True)
    assert next(half._model.parameters()).dtype == torch.bfloat16
    vectors = half.embed(FOUR, "passage")
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (vectors * torch_embedder.embed(FOUR, "passage")).sum(axis=1).min() > 0.99


def test_vectors_come_in_the_order_of_the_texts(torch_embedder: Embedder) -> None:
    texts = ["A much longer sentence about parcels that are late again.", "Short.", "Of middling length, so to speak."]
    forward, backward = torch_embedder.embed(texts, "passage"), torch_embedder.embed(texts[::-1], "passage")
    assert (forward * backward[::-1]).sum(axis=1).min() > 0.9999


def test_no_texts_have_no_vectors(torch_embedder: Embedder) -> None:
    assert torch_embedder.embed([], "query").shape == (0, 384)
    assert torch_embedder.count_tokens([]) == []


def test_another_models_folder_opens_with_its_own_vocabulary_and_no_prefixes(models_folder: Path) -> None:
    english = open_embedder(str(english_model()), models_folder)
    assert isinstance(english, TransformerEmbedder)
    assert english.dimension == 384
    assert english.count_tokens(["refund policy", "返品"]) == [3, 2]
    query, passage = english.embed(["refund policy"], "query"), english.embed(["refund policy"], "passage")
    assert (query * passage).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("declared", "name", "expected"),
    [
        ({}, "all-MiniLM-L6-v2", ("", "")),
        ({}, "intfloat/multilingual-e5-base", ("query: ", "passage: ")),
        ({"query": "", "document": ""}, "/models/e5-large", ("query: ", "passage: ")),
        (
            {"query": "search_query: ", "document": "search_document: "},
            "nomic",
            ("search_query: ", "search_document: "),
        ),
        ({"query": "Instruct: find\nQuery: "}, "qwen", ("Instruct: find\nQuery: ", "")),
    ],
)
def test_prefixes_are_the_models_own_or_those_of_its_family(
    declared: dict[str, str], name: str, expected: tuple[str, str]
) -> None:
    found = _prompts(declared, name)
    assert (found["query"], found["passage"]) == expected


def test_a_model_that_is_nowhere_is_one_line_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IngestUserError, match="no such folder"):
        open_embedder(str(tmp_path / "nothing"), tmp_path)
    with pytest.raises(IngestUserError, match="POLYDESK_EMBEDDING_MODEL") as refused:
        open_embedder("nobody/no-such-model", tmp_path)
    assert "\n" not in str(refused.value)
