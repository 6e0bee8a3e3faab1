"""What a model made of a chunk comes back from the ledger as it went in, and never in part."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.chunk_vectors import CONTEXT_WEIGHT, ChunkVectors, chunk_vectors
from tests.support.hashed_embedder import hashed


def made(*texts: str) -> ChunkVectors:
    """Of these texts, the context first."""
    encoded = hashed().encode(texts, ["en"] * len(texts), "passage")
    return chunk_vectors(encoded.vectors, encoded.states)


TEXTS = ("Returns\nDeadline", "The deadline is 30 days.", "No more.")
TOKENS = 2 + 5 + 2


def test_what_comes_back_is_what_went_in_to_the_last_bit() -> None:
    chunk = made(*TEXTS)
    back = ChunkVectors.from_bytes(chunk.to_bytes())
    for name in ("context", "units", "tokens", "lengths", "whole"):
        ours, theirs = getattr(chunk, name), getattr(back, name)
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)


def test_a_chunk_takes_two_bytes_a_text_and_a_component_and_one_bit_a_tokens_component() -> None:
    chunk, dimension = made(*TEXTS), hashed().dimension
    assert chunk.units.shape == (2, dimension)
    assert chunk.tokens.shape == (TOKENS, dimension // 8)
    assert len(chunk.to_bytes()) == 8 + 3 * 2 + 3 * 2 * dimension + TOKENS * dimension // 8


def test_the_whole_is_of_length_one_and_mixes_the_units_with_their_context() -> None:
    chunk = made(*TEXTS)
    assert np.linalg.norm(chunk.whole) == pytest.approx(1, abs=1e-6)
    mixed = CONTEXT_WEIGHT * chunk.context + (chunk.units[0] + chunk.units[1]) / 2
    assert chunk.whole == pytest.approx(mixed / np.linalg.norm(mixed), abs=1e-6)


def test_units_without_a_single_token_are_kept_too() -> None:
    vectors = np.eye(3, 16, dtype=np.float32)
    chunk = chunk_vectors(vectors, [vectors[:0]] * 3)
    assert ChunkVectors.from_bytes(chunk.to_bytes()).tokens.shape == (0, 2)


def test_bytes_that_were_cut_short_or_grew_are_refused_wherever_the_cut_is() -> None:
    whole = made(*TEXTS).to_bytes()
    damaged = [whole[:length] for length in (0, 1, 7, 8, 9, 500, len(whole) - 1)] + [whole + b"\0"]
    for each in damaged:
        with pytest.raises(ValueError, match="cut short"):
            ChunkVectors.from_bytes(each)
