"""The word lists of follow-ups are data that somebody edits."""

from __future__ import annotations

from pathlib import Path

import pytest

import app.followups.lexicon as module
from app.errors import AppError
from app.followups.lexicon import lexicon

FOLDER = Path(module.__file__).parent / "words"


def test_fifteen_languages_have_words() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.yaml")) == [
        "ar",
        "de",
        "en",
        "es",
        "fr",
        "hi",
        "it",
        "ja",
        "nl",
        "pl",
        "pt",
        "ru",
        "th",
        "tr",
        "zh",
    ]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_file_can_be_read_and_knows_each_kind_of_customer(file: Path) -> None:
    words = lexicon(file.stem)
    assert words.any.search("") is None
    for kind in ("business", "private", "school", "public", "association", "student", "employee"):
        name = words.customer_name(kind)
        assert name is None or words.customer(name) == kind


def test_a_star_stands_for_any_ending() -> None:
    words = lexicon("pl")
    assert words.roles("firmom") == {"customers"}
    assert words.customer("firmom") == "business"


def test_a_language_without_a_file_has_no_words() -> None:
    assert lexicon("sv").any.search("och") is None
    assert lexicon("../en").any.search("and") is None


@pytest.mark.parametrize("text", ["connectives: and\n", "connectives: [1]\n", "- a\n", "a: b: c\n"])
def test_a_file_that_is_wrong_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "eo.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "_FOLDER", tmp_path)
    with pytest.raises(AppError, match=r"eo\.yaml"):
        lexicon("eo")
