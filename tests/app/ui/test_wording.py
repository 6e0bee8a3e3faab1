"""Every word of the page comes from its data file."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

import app.ui
from app.accounts.roles import ROLES
from app.errors import AppError
from app.escalations.records import PRIORITIES, STATES
from app.ui.languages import direction, language_name
from app.ui.rating_view import REASONS
from app.ui.wording import examples, languages, plural_forms, words_for
from ingest.documents import KINDS

FOLDER = Path(app.ui.__file__).parent
FORMS = {"zero", "one", "two", "few", "many", "other"}
OTHERS = [language for language in languages() if language != "en"]
MILLIONS_ONLY = {"es", "fr", "it", "pt"}  # CLDR's ``many`` of these: what waits on this page are never that many


def test_every_key_the_page_asks_for_is_there() -> None:
    words = words_for("en")
    source = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    keys = set(re.findall(r'\bwords\(\s*"([\w.]+)"', source))
    assert len(keys) > 30
    assert keys <= words.entries.keys()
    for codes in REASONS.values():
        assert {f"rating.reason.{code}" for code in codes} <= words.entries.keys()


def test_a_language_without_a_file_gets_english() -> None:
    assert words_for("sw-KE")("message.stop") == words_for(None)("message.stop") == "Stop"
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


def files_of(language: str) -> dict[str, dict[str, str]]:
    folder = FOLDER / "words" / language
    return {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))}


def plural_keys(entries: dict[str, str]) -> set[str]:
    """The keys, without their last part, that ``counted`` picks a form of."""
    return {key.removesuffix(".one") for key in entries if key.endswith(".one") and f"{key[:-3]}other" in entries}


def is_plural(key: str, counted: set[str]) -> bool:
    base, _, form = key.rpartition(".")
    return base in counted and form in FORMS


def without_plurals(entries: dict[str, str], counted: set[str]) -> set[str]:
    return {key for key in entries if not is_plural(key, counted)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_page_speaks_ten_languages() -> None:
    assert set(languages()) >= {"en", "de", "fr", "es", "pt", "pl", "ar", "hi", "ja", "zh"}


@pytest.mark.parametrize("language", OTHERS)
def test_every_file_of_a_language_has_the_keys_and_placeholders_of_the_english_one(language: str) -> None:
    english = files_of("en")
    for name, entries in files_of(language).items():
        counted = plural_keys(english[name])
        assert without_plurals(entries, counted) == without_plurals(english[name], counted), name
        for key, text in entries.items():
            if not is_plural(key, counted):
                assert placeholders(text) == placeholders(english[name][key]), key
            assert text.strip() == text and text, key


@pytest.mark.parametrize("language", OTHERS)
def test_numbers_of_things_have_the_forms_of_the_language_and_say_the_number(language: str) -> None:
    forms = plural_forms(language) - ({"many"} if language in MILLIONS_ONLY else set())
    for name, entries in files_of(language).items():
        for key in plural_keys(files_of("en")[name]):
            found = {each.rpartition(".")[2] for each in entries if is_plural(each, {key})}
            assert found == forms, key
            for form in forms - {"zero", "one", "two"}:
                assert placeholders(entries[f"{key}.{form}"]) == {"count"}, key


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "1 case."), ("en", 0, "0 cases."), ("pl", 1, "1 sprawa."), ("pl", 3, "3 sprawy."),
        ("pl", 5, "5 spraw."), ("pl", 22, "22 sprawy."), ("ar", 2, "حالتان."), ("ar", 7, "7 حالات."),
        ("ar", 100, "100 حالة."), ("ja", 1, "1 件。"), ("fr", 1_000_000, "1000000 dossiers."),
    ],
)  # fmt: skip
def test_a_number_of_things_is_said_as_the_language_says_it(language: str, count: int, said: str) -> None:
    assert words_for(language).counted("queue.found", count) == said


@pytest.mark.parametrize("language", OTHERS)
def test_codes_that_the_page_shows_have_words_in_the_language_itself(language: str) -> None:
    own = {key for entries in files_of(language).values() for key in entries}
    assert {f"role.{role}" for role in ROLES} <= own
    assert {f"case.state.{state}" for state in STATES} <= own
    assert {f"case.priority.{priority}" for priority in PRIORITIES} <= own
    assert {f"search.kind.{kind}" for kind in KINDS} <= own
    for code in ("quantity-not-in-evidence", "leak-secret", "wrong-language", "model-timeout", "guard-failed"):
        assert words_for(language).reason(code) != words_for("en").reason(code)


def test_a_language_is_called_by_its_own_name_and_written_its_own_way() -> None:
    assert [language_name(code, code) for code in ("de", "ar", "ja")] == ["Deutsch", "العربية", "日本語"]
    assert {code for code in languages() if direction(code) == "rtl"} == {"ar"}
