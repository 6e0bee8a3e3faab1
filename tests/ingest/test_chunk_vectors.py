"""What a model made of a chunk comes back from the ledger as it went in, and never in part."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.chunk_vectors import CONTEXT_WEIGHT, ChunkVectors, chunk_vectors
from ingest.embedding.windows import WindowVectors, encode_windows
from tests.support.hashed_embedder import hashed


def made(context: str, *units: str) -> ChunkVectors:
    """A window a unit."""
    about, *windows = encode_windows(hashed(), [(context,), *((unit,) for unit in units)], ["en"] * (len(units) + 1))
    return chunk_vectors(about, windows)


TEXTS = ("Returns\nDeadline", "The deadline is 30 days.", "No more.")
TOKENS = 2 + 5 + 2


def test_what_comes_back_is_what_went_in_to_the_last_bit() -> None:
    chunk = made(*TEXTS)
    back = ChunkVectors.from_bytes(chunk.to_bytes())
    for name in ("context", "body", "units", "tokens", "lengths", "whole"):
        ours, theirs = getattr(chunk, name), getattr(back, name)
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)


def test_a_chunk_takes_two_bytes_a_text_and_a_component_and_two_bits_a_tokens_component() -> None:
    chunk, dimension = made(*TEXTS), hashed().dimension
    assert chunk.units.shape == (2, dimension)
    assert chunk.tokens.shape == (TOKENS, dimension // 4)
    assert len(chunk.to_bytes()) == 4 + 8 + 3 * 2 + (3 + 1) * 2 * dimension + TOKENS * dimension // 4


def test_the_whole_is_of_length_one_and_mixes_the_body_with_its_context() -> None:
    chunk = made(*TEXTS)
    assert np.linalg.norm(chunk.whole) == pytest.approx(1, abs=1e-6)
    mixed = CONTEXT_WEIGHT * chunk.context + chunk.body
    assert chunk.whole == pytest.approx(mixed / np.linalg.norm(mixed), abs=1e-6)


def test_units_without_a_single_token_are_kept_too() -> None:
    rows = np.eye(3, 16, dtype=np.float32)
    chunk = chunk_vectors(None, [WindowVectors(rows[0], rows[1:], [rows[:0]] * 2)])
    assert ChunkVectors.from_bytes(chunk.to_bytes()).tokens.shape == (0, 4)


def test_a_window_counts_in_the_body_by_its_tokens() -> None:
    chunk = made("", "The deadline for returning an article is 30 days.", "No more.")
    long, short = chunk.units
    assert float(chunk.body @ long) > float(chunk.body @ short) > 0


def test_bytes_that_were_cut_short_or_grew_or_changed_are_refused_wherever_it_is() -> None:
    whole = made(*TEXTS).to_bytes()
    damaged = [whole[:length] for length in (0, 1, 7, 8, 9, 500, len(whole) - 1)] + [whole + b"\0"]
    damaged += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in (0, 5, 20, 700, len(whole) - 1)]
    for each in damaged:
        with pytest.raises(ValueError, match="damaged"):
            ChunkVectors.from_bytes(each)
