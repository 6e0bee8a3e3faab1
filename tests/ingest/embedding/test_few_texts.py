"""A few texts get the tokens that the whole vocabulary would give them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from ingest.embedding import few_texts
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.few_texts import FewTextsTokenizer, whole_tokenizer
from ingest.embedding.models import open_embedder
from ingest.languages.calibration import calibration_texts

_ODD = (
    "<mask>",
    "<s>",
    "ab",
    "ﬁ",
    "Ⅷ",
    " ",
    "\n",
    "▁",
    "\u200b",
    "e\u0301",
    "한",
    "ก",
    "😀",
    "ａｂ",
    "\x00",
    "</s>",
    "\ue000",
)


@pytest.fixture(scope="module")
def file(models_folder: Path) -> Path:
    return models_folder / BUNDLE_NAME / "tokenizer.json"


@pytest.fixture(scope="module")
def whole(file: Path) -> Tokenizer:
    return whole_tokenizer(file)


def _texts() -> list[str]:
    choose = random.Random(7)
    odd = ["".join(choose.choices(_ODD, k=choose.randint(0, 15))) for _ in range(60)]
    return [*(texts.passages[0] for texts in calibration_texts().values()), *odd]


def test_the_tokens_are_those_of_the_whole_vocabulary_in_every_language_and_for_odd_characters(
    file: Path, whole: Tokenizer
) -> None:
    few, texts = FewTextsTokenizer(file), _texts()
    for special in (True, False):
        for group in (["a<mask>kitchen"], texts[:9], texts[9:]):  # pieces are added to those of the texts before
            given = few.encode_batch(group, add_special_tokens=special)
            wanted = whole.encode_batch(group, add_special_tokens=special)
            assert [each.ids for each in given] == [each.ids for each in wanted]
            assert [each.offsets for each in given] == [each.offsets for each in wanted]


def test_with_many_texts_the_whole_vocabulary_is_loaded_once(
    file: Path, whole: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Path] = []

    def load(path: Path) -> Tokenizer:
        loaded.append(path)
        return whole

    monkeypatch.setattr(few_texts, "whole_tokenizer", load)
    monkeypatch.setattr(few_texts, "_MANY", 30)
    few = FewTextsTokenizer(file)
    first, again, later = (few.encode_batch(["Thirty days to return."])[0] for _ in range(3))
    assert first == again == later
    assert loaded == [file]


def test_a_few_texts_get_the_vectors_that_many_get(embedder: CentredEmbedder, models_folder: Path) -> None:
    texts = ["Thirty days to return a lamp.", "Dreißig Tage Rückgabe", "返品は三十日以内です。"]
    few = open_embedder(BUNDLE_NAME, models_folder, "few", "onnx")
    assert few.embed(texts, "passage") == pytest.approx(embedder.embedder.embed(texts, "passage"), abs=1e-5)
