"""Fitting on word lists tells the languages apart, also by letters of words that are in no list."""

from __future__ import annotations

import numpy as np
import pytest

from eval.fit_language import WordList, fit, in_eight_bits
from ingest.languages.word_model import WordModel

ENGLISH = ("the", "thing", "nothing", "shipping", "returning", "that", "this", "thought", "night", "writing", "path")
POLISH = ("że", "rzecz", "przesyłka", "zwrot", "szczęście", "brzeg", "krzesło", "przez", "dziś", "myślę", "ścieżka")


def test_words_unseen_are_told_by_their_letters_and_eight_bits_suffice(capsys: pytest.CaptureFixture[str]) -> None:
    shares = [[1 / len(ENGLISH), 0.0]] * len(ENGLISH) + [[0.0, 1 / len(POLISH)]] * len(POLISH)
    weights, bias = fit(WordList(("en", "pl"), [*ENGLISH, *POLISH], np.array(shares, dtype=np.float32)), bits=12)
    rounded, scale = in_eight_bits(weights)
    assert rounded.dtype == np.int8 and weights.shape == (2**12, 2)
    assert np.abs(rounded * scale - weights).max() <= scale * 1.01
    model = WordModel(("en", "pl"), rounded, scale, bias)
    assert model.logits(["thinking", "przeszłość"]).argmax(axis=1).tolist() == [0, 1]
    assert "epoch 6" in capsys.readouterr().out
