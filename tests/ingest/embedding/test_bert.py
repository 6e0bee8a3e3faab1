"""The bundled model on torch alone gives what sentence-transformers make of it, and starts without them."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding.base import Embedder
from ingest.embedding.bert import BertEmbedder
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.models import open_embedder
from tests.conftest import REPOSITORY
from tests.ingest.embedding.texts import MESSAGES

ENDLESS = " ".join(["The parcel is late."] * 120)
TEXTS = [*(messages[0] for messages in MESSAGES.values()), "Ok", " ".join(MESSAGES["en"] * 3), ENDLESS]


@pytest.fixture(scope="module")
def bert(models_folder: Path) -> Embedder:
    opened = open_embedder(BUNDLE_NAME, models_folder, "bulk", "torch-bf16")
    assert isinstance(opened, BertEmbedder)
    return opened


def test_vectors_and_states_agree_with_those_of_sentence_transformers(bert: Embedder, torch_embedder: Embedder) -> None:
    ours, theirs = bert.encode(TEXTS, "passage"), torch_embedder.encode(TEXTS, "passage")
    assert ours.vectors.dtype == np.float32
    assert (ours.vectors * theirs.vectors).sum(axis=1).min() > 0.999
    for states, others in zip(ours.states, theirs.states, strict=True):
        assert states.shape == others.shape
        lengths = np.linalg.norm(states, axis=1) * np.linalg.norm(others, axis=1)
        assert ((states * others).sum(axis=1) / lengths).min() > 0.98
    assert all(np.array_equal(a, b) for a, b in zip(ours.ends, theirs.ends, strict=True))


def test_a_text_has_nearly_the_same_vector_alone_and_among_longer_ones(bert: Embedder) -> None:
    together = bert.embed(TEXTS, "query")
    alone = np.concatenate([bert.embed([text], "query") for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.9995


def test_its_passes_leave_torch_its_threads_elsewhere(bert: Embedder) -> None:
    import torch

    before = torch.get_num_threads()
    bert.embed(TEXTS, "passage")
    with ThreadPoolExecutor(1) as later:
        assert (torch.get_num_threads(), later.submit(torch.get_num_threads).result()) == (before, before)


def test_tokens_are_counted_whole_and_nothing_is_nothing(bert: Embedder, torch_embedder: Embedder) -> None:
    assert bert.count_tokens(TEXTS) == torch_embedder.count_tokens(TEXTS)
    assert bert.embed([], "passage").shape == (0, 384)


def test_it_needs_none_of_the_libraries_that_take_long_to_import(models_folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ingest.embedding.models import open_embedder\n"
        f"open_embedder({BUNDLE_NAME!r}, Path(sys.argv[1]), 'bulk', 'torch-bf16').embed(['Hello'], 'passage')\n"
        "print(sorted({'transformers', 'sentence_transformers', 'sklearn', 'scipy'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", program, str(models_folder)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "[]\n"
