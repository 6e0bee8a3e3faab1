"""Sentences are embedded a few at a time, and each keeps what is its own."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.embedding.base import Embedder
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.windows import encode_windows, window_text, windows
from tests.ingest.embedding.texts import MESSAGES
from tests.support.hashed_embedder import hashed

SENTENCES = tuple(MESSAGES["en"])
LIMIT = 512


def cut(*tokens: int) -> list[int]:
    """How many units each window has."""
    return [len(window) for window in windows([str(n) for n in range(len(tokens))], tokens)]


def test_windows_are_of_nearly_the_same_length_and_a_short_text_is_one() -> None:
    assert cut(20, 20, 20) == [3]
    assert cut(20, 20, 20, 20) == [2, 2]
    assert cut(40, 10, 40, 10, 40) == [2, 1, 2]
    assert cut(*[8] * 18) == [6, 6, 6]


def test_a_sentence_is_never_cut_and_none_is_lost_or_moved() -> None:
    units = [f"unit {n}" for n in range(9)]
    found = windows(units, [3, 200, 5, 0, 90, 1, 1, 48, 48])
    assert [unit for window in found for unit in window] == units
    assert all(found)
    assert windows(["long"], [900]) == [("long",)]
    assert windows([], []) == []
    assert windows(["", ""], [0, 0]) == [("", "")]


@pytest.mark.parametrize("language", sorted(MESSAGES))
def test_every_token_is_given_to_the_sentence_it_stands_in(embedder: CentredEmbedder, language: str) -> None:
    window = tuple(MESSAGES[language][:3])
    (made,) = encode_windows(embedder, [window], [language])
    assert [len(states) for states in made.states] == embedder.count_tokens(window)
    whole = embedder.encode([window_text(window)], [language], "passage")
    assert np.concatenate(made.states) == pytest.approx(whole.states[0], abs=1e-4)
    assert made.vector == pytest.approx(whole.vectors[0], abs=1e-4)


def test_both_runtimes_agree(embedder: CentredEmbedder, torch_embedder: Embedder) -> None:
    other = CentredEmbedder(torch_embedder, embedder.means, "")
    of, languages = [SENTENCES[:3], tuple(MESSAGES["th"][:2])], ["en", "th"]
    for ours, theirs in zip(encode_windows(embedder, of, languages), encode_windows(other, of, languages), strict=True):
        assert [len(states) for states in ours.states] == [len(states) for states in theirs.states]
        assert (ours.units * theirs.units).sum(axis=1).min() > 0.999


def test_a_sentence_alone_in_its_window_has_the_vector_of_its_text(embedder: CentredEmbedder) -> None:
    (made,) = encode_windows(embedder, [SENTENCES[:1]], ["en"])
    assert np.array_equal(made.units[0], made.vector)


def test_a_sentence_is_nearest_to_its_own_translation_among_strangers_in_the_window(embedder: CentredEmbedder) -> None:
    (english,) = encode_windows(embedder, [SENTENCES[:3]], ["en"])
    for language in ("de", "ja", "ar"):
        alone = embedder.embed(MESSAGES[language][:3], [language] * 3, "passage")
        assert (english.units @ alone.T).argmax(axis=0).tolist() == [0, 1, 2]


def test_a_sentence_beyond_the_models_length_has_the_vector_of_its_window(embedder: CentredEmbedder) -> None:
    endless = " ".join(["The parcel is late."] * 150)
    (made,) = encode_windows(embedder, [(endless, "Bring it.")], ["en"])
    assert len(made.states[0]) < LIMIT
    assert len(made.states[1]) == 0
    assert np.array_equal(made.units[1], made.vector)


def test_windows_stay_with_their_language_and_nothing_is_nothing() -> None:
    first, second = encode_windows(hashed(), [("One two.", "Three."), ("Four.",)], ["en", "de"])
    assert [len(states) for states in (*first.states, *second.states)] == [2, 1, 1]
    assert encode_windows(hashed(), [], []) == []
