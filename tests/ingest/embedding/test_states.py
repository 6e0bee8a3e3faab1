"""A text's states are those of its own tokens, the same on torch and on ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.embedding.base import Embedder, TextKind
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.models import open_embedder
from tests.ingest.embedding.texts import MESSAGES
from tests.support.models import english_model

TEXTS = [
    *(MESSAGES[code][0] for code in ("en", "pl", "ar", "hi", "ja", "th")),
    "Ok",
    ": - ok",
    " ".join(MESSAGES["de"]),
]
ENDLESS = " ".join(["The parcel is late."] * 120)  # 600 tokens
LIMIT = 512


def cosines(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Row by row."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    result: NDArray[np.float32] = np.sum(ours * theirs, axis=1) / lengths
    return result


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_every_token_of_the_text_has_a_state_and_neither_prompt_nor_marks_have(
    embedder: CentredEmbedder, torch_embedder: Embedder, kind: TextKind
) -> None:
    counts = embedder.count_tokens(TEXTS)
    for model in (embedder.embedder, torch_embedder):
        states = model.encode(TEXTS, kind).states
        assert [rows.shape for rows in states] == [(count, model.dimension) for count in counts]
        assert all(rows.dtype == np.float32 for rows in states)


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_states_agree_with_those_of_torch(embedder: CentredEmbedder, torch_embedder: Embedder, kind: TextKind) -> None:
    ours, theirs = embedder.embedder.encode(TEXTS, kind), torch_embedder.encode(TEXTS, kind)
    assert cosines(ours.vectors, theirs.vectors).min() > 0.9999
    assert min(cosines(one, other).min() for one, other in zip(ours.states, theirs.states, strict=True)) > 0.999


def test_states_are_the_models_own_of_the_tokens_behind_the_prompt(torch_embedder: Embedder) -> None:
    """Against the bare encoder, which knows of no prompts."""
    import torch

    encoder = torch_embedder._model[0].auto_model  # type: ignore[attr-defined]  # of this implementation
    tokenizer = torch_embedder._model.tokenizer  # type: ignore[attr-defined]
    for text in (MESSAGES["en"][0], MESSAGES["ja"][0]):
        given = tokenizer("passage: " + text, return_tensors="pt")
        with torch.no_grad():
            hidden = encoder(**given).last_hidden_state[0].numpy()
        own = tokenizer(text, add_special_tokens=False)["input_ids"]
        assert given["input_ids"][0, 3:-1].tolist() == own
        assert torch_embedder.encode([text], "passage").states[0] == pytest.approx(hidden[3:-1], abs=1e-4)


def test_a_text_beyond_the_models_length_has_states_as_far_as_it_was_read(
    embedder: CentredEmbedder, torch_embedder: Embedder
) -> None:
    ours, theirs = (model.encode([ENDLESS, "Ok"], "passage") for model in (embedder.embedder, torch_embedder))
    assert [len(rows) for rows in ours.states] == [len(rows) for rows in theirs.states] == [LIMIT - 4, 1]
    assert cosines(ours.states[0], theirs.states[0]).min() > 0.999
    assert cosines(ours.vectors, theirs.vectors).min() > 0.9999


def test_states_stay_with_their_text_whatever_shares_the_batch(embedder: CentredEmbedder) -> None:
    model = embedder.embedder
    together = model.encode(TEXTS, "passage").states
    alone = [model.encode([text], "passage").states[0] for text in TEXTS]
    assert min(cosines(one, other).min() for one, other in zip(together, alone, strict=True)) > 0.9999


def test_states_do_not_keep_the_whole_pass_in_memory(embedder: CentredEmbedder) -> None:
    assert all(rows.base is None for rows in embedder.embedder.encode(TEXTS, "passage").states)


def test_vectors_are_those_of_embedding_alone(embedder: CentredEmbedder, torch_embedder: Embedder) -> None:
    for model in (embedder.embedder, torch_embedder):
        assert (model.encode(TEXTS[:3], "query").vectors == model.embed(TEXTS[:3], "query")).all()


def test_no_texts_have_no_states(embedder: CentredEmbedder, torch_embedder: Embedder) -> None:
    for model in (embedder.embedder, torch_embedder):
        nothing = model.encode([], "passage")
        assert nothing.vectors.shape == (0, model.dimension)
        assert nothing.states == []


def test_a_model_without_prompts_gives_the_states_of_all_its_tokens(models_folder: Path) -> None:
    english = open_embedder(str(english_model()), models_folder)
    states = english.encode(["refund policy"], "query").states[0]
    assert states.shape == (english.count_tokens(["refund policy"])[0], english.dimension)
