"""All candidates at once come out as each of them by itself, word for word as it is defined."""

from __future__ import annotations

import numpy as np
import pytest

from app.retrieval.held import UNTITLED, held
from ingest.chunk_vectors import ChunkVectors
from ingest.embedding.token_codes import cosines

DIM, RANDOM = 64, np.random.default_rng(7)


def made(lengths: list[int]) -> ChunkVectors:
    """A chunk with so many tokens in its context and in each unit."""
    rows = RANDOM.standard_normal((len(lengths) + 1, DIM)).astype(np.float32)
    codes = RANDOM.integers(0, 256, (sum(lengths), DIM // 4), dtype=np.uint8)
    return ChunkVectors(rows[0], rows[1], rows[2:], codes, np.array(lengths, dtype=np.uint16))


CANDIDATES = [made([4, 5, 6, 7]), made([0, 3]), made([2, 9]), made([3, 1, 0, 8, 2])]


@pytest.mark.parametrize("tokens", [1, 2, 9])
def test_each_candidate_is_held_as_by_itself(tokens: int) -> None:
    question = RANDOM.standard_normal((tokens, DIM)).astype(np.float32)
    together = held(question, CANDIDATES)
    at = 0
    for number, each in enumerate(CANDIDATES):
        found = np.split(cosines(question, each.tokens), np.cumsum(each.lengths)[:-1])
        parts = np.array([rows.max(axis=0) if len(rows) else np.full(tokens, -1.0) for rows in found])
        title, units = parts[0], parts[1:]
        assert together.whole[number] == pytest.approx(parts.max(axis=0).mean(), abs=1e-6)
        asked_for = found[0].max(axis=1).mean() if len(found[0]) else UNTITLED
        assert together.context[number] == pytest.approx(asked_for, abs=1e-6)
        below = [np.maximum(title, unit) for unit in units]
        least = max(np.sort(unit)[:2].mean() for unit in below)
        assert together.least[number] == pytest.approx(least, abs=1e-6)
        for place, unit in enumerate(units):
            neighbours = [*units[max(0, place - 1) : place], *units[place + 1 : place + 2]]
            around = np.maximum.reduce([below[place], *neighbours]).mean()
            assert together.tokens[at] == pytest.approx(unit.mean(), abs=1e-6)
            assert together.around[at] == pytest.approx(around, abs=1e-6)
            at += 1
    assert at == len(together.tokens) == len(together.around)


def test_a_question_without_tokens_is_held_by_none() -> None:
    nothing = held(np.zeros((0, DIM), dtype=np.float32), CANDIDATES)
    assert [len(nothing.tokens), len(nothing.whole)] == [9, 4]
    assert not any(map(np.any, (nothing.tokens, nothing.around, nothing.whole, nothing.least, nothing.context)))
