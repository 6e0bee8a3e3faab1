"""Texts are batched by length: none is lost, no batch is too large, and padding stays small."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.embedding.base import batches_by_length


@given(st.lists(st.integers(1, 600), max_size=300), st.integers(1, 5000), st.integers(1, 80))
def test_every_text_is_in_one_batch_and_no_batch_is_too_large(lengths: list[int], tokens: int, most: int) -> None:
    groups = batches_by_length(lengths, tokens, most)
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    for group in groups:
        assert 0 < len(group) <= most
        padded = len(group) * max(lengths[index] for index in group)
        assert padded <= tokens or len(group) == 1  # a text that is too long goes alone


@given(st.lists(st.integers(1, 600), min_size=1, max_size=300), st.integers(600, 5000))
def test_neighbours_in_length_share_a_batch(lengths: list[int], tokens: int) -> None:
    groups = batches_by_length(lengths, tokens)
    for longer, shorter in pairwise(groups):
        assert min(lengths[index] for index in longer) >= max(lengths[index] for index in shorter)
        assert lengths[longer[0]] == max(lengths[index] for index in longer)  # callers pad to the first one's length
