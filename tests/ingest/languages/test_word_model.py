"""The coefficients belong to the languages, tell words that no list holds, and a damaged file is refused by name."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import IngestUserError
from ingest.languages import word_model as module
from ingest.languages.ngrams import hashed_features
from ingest.languages.scripts import LANGUAGES_OF
from ingest.languages.word_model import COEFFICIENTS, word_model
from ingest.languages.words import words


@pytest.mark.parametrize("alphabet", ["latin", "cyrillic", "arabic"])
def test_every_language_of_an_alphabet_has_a_column(alphabet: str) -> None:
    model = word_model(alphabet)
    assert set(model.languages) == set(LANGUAGES_OF[alphabet])  # type: ignore[index]  # the parameter is a plain str
    assert model.weights.shape[1] == len(model.bias) == len(model.languages)
    assert math.log2(len(model.weights)).is_integer()


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("fensterputzroboterhalterung", "de"),
        ("ikkunanpesurobottiteline", "fi"),
        ("ablakmosórobottartó", "hu"),
        ("niewyczyszczalnościowy", "pl"),
        ("temizleyicilerimizdenmişsiniz", "tr"),
    ],
)
def test_a_word_that_no_list_holds_is_told_by_its_letters(word: str, language: str) -> None:
    model = word_model("latin")
    assert model.languages[int(model.logits([word])[0].argmax())] == language


def test_words_are_judged_one_by_one() -> None:
    model = word_model("latin")
    tokens = ["paquete", "bestellung", "the", "a"]
    together = model.logits(tokens)
    alone = np.concatenate([model.logits([token]) for token in tokens])
    np.testing.assert_allclose(together, alone)


def test_features_are_the_n_grams_of_a_word_with_its_ends_and_the_word() -> None:
    hashes, owners = hashed_features(["ab", "c"], bits=17)
    # a b | ␠a ab b␠ | ␠ab ab␠ | ␠ab␠ | word;  c | ␠c c␠ | ␠c␠ | word
    assert owners.tolist() == [0] * 9 + [1] * 5
    assert hashes.min() >= 0 and hashes.max() < 2**17
    assert hashes[owners == 0].tolist() == hashed_features(["ab"], bits=17)[0].tolist()


def test_words_are_lower_case_letters_with_the_signs_that_belong_to_them() -> None:
    assert words("C'est l'Été: İADE, 24h-Lieferung") == ["c", "est", "l", "été", "iade", "h", "lieferung"]
    assert words("मेरा ऑर्डर कहाँ है?") == ["मेरा", "ऑर्डर", "कहाँ", "है"]
    assert words("كِتَابٌ كتـــاب") == ["كتاب", "كتاب"]
    assert words("e\u0301te\u0301") == ["été"]


@pytest.mark.parametrize("damage", ["missing", "cut", "another"])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    file = tmp_path / "word_model.npz"
    if damage == "cut":
        file.write_bytes(COEFFICIENTS.read_bytes()[:1000])
    if damage == "another":
        np.savez(file, latin_languages=np.array(["en"]))
    monkeypatch.setattr(module, "COEFFICIENTS", file)
    word_model.cache_clear()
    try:
        with pytest.raises(IngestUserError, match=r"word_model\.npz: cannot be read .* install the package again"):
            word_model("latin")
    finally:
        word_model.cache_clear()


def test_the_file_is_small() -> None:
    assert COEFFICIENTS.stat().st_size < 4_000_000
