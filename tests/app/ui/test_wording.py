"""Every word of the page comes from its data file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app.ui
from app.errors import AppError
from app.ui.rating_view import REASONS
from app.ui.wording import examples, words_for

FOLDER = Path(app.ui.__file__).parent


def test_every_key_the_page_asks_for_is_there() -> None:
    words = words_for("en")
    source = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    keys = set(re.findall(r'\bwords\(\s*"([\w.]+)"', source))
    assert len(keys) > 30
    assert keys <= words.entries.keys()
    for codes in REASONS.values():
        assert {f"rating.reason.{code}" for code in codes} <= words.entries.keys()


def test_a_language_without_a_file_gets_english() -> None:
    assert words_for("de-CH")("message.stop") == words_for(None)("message.stop") == "Stop"
    assert words_for("../../etc")("message.stop") == "Stop"


def test_a_missing_key_or_value_is_named() -> None:
    with pytest.raises(AppError, match=r"words/en.*no\.such\.key"):
        words_for("en")("no.such.key")
    with pytest.raises(AppError, match="percent"):
        words_for("en")("badge.confidence")


def test_an_unknown_reason_is_still_readable() -> None:
    assert words_for("en").reason("no-evidence") == "no passage answers the question"
    assert words_for("en").reason("some-new_code") == "some new code"


def test_the_examples_are_in_four_languages() -> None:
    assert len({example.language for example in examples()}) == 4
