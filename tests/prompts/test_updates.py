"""The words of briefs are there in every language of the desk."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

import prompts.updates
from app.desk.changes.brief import Fact
from app.desk.changes.change import KINDS
from ingest.ledger.changes import What
from prompts.errors import PromptError
from prompts.updates import languages, update_words
from prompts.updating import SLOTS, update_prompt

LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "it", "ja", "pl", "pt", "th", "zh")


def test_there_are_twelve_languages_and_english_for_others() -> None:
    assert set(LANGUAGES) <= set(languages())
    assert update_words("pt-BR") == update_words("pt")
    assert update_words("xx") == update_words("../en") == update_words("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_fact_has_a_name_of_its_own(language: str) -> None:
    words = update_words(language)
    assert len({words.kind(kind) for kind in KINDS}) == len(KINDS)
    assert set(words.what) == set(get_args(What)) and set(words.facts) == set(get_args(Fact))
    assert "2027" in words.say("from_day", date="2027")
    assert words.audience("agent") != "agent" and words.audience("legal") == "legal"


def test_a_file_that_lacks_a_slot_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (Path(prompts.updates.__file__).parent / "updates" / "en.yaml").read_text(encoding="utf-8")
    (tmp_path / "xy.yaml").write_text(broken.replace("{date}", "today", 1), encoding="utf-8")
    monkeypatch.setattr(prompts.updates, "_FOLDER", tmp_path)
    with pytest.raises(PromptError, match=r"xy\.yaml.*since must contain date"):
        update_words("xy")


def test_the_prompt_has_its_slots() -> None:
    for family in (None, "mistral", "llama3.1"):
        assert set(update_prompt(family).input_variables) == SLOTS
