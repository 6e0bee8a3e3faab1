"""Every language has every phrase, and what users wrote goes into it as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ingest.languages import LANGUAGES, identify
from prompts.errors import PromptError
from prompts.escalating import SUMMARY_SLOTS
from prompts.files import load
from prompts.library import (
    SLOTS,
    Phrases,
    cause_name,
    direction,
    escalation_summary,
    first_step,
    language_name,
    languages,
    phrase,
)

PHRASES = Path(__file__).resolve().parents[2] / "prompts" / "phrases"
REQUIRED = [
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "pl",
    "nl",
    "tr",
    "ar",
    "hi",
    "ja",
    "zh",
    "th",
    "ru",
    "uk",
    "cs",
    "ro",
    "el",
    "sv",
    "da",
    "no",
    "fi",
    "hu",
    "vi",
    "ko",
    "id",
    "fa",
    "he",
]
VALUES = {"question": "«Q»", "reason": "«R»", "language": "«L»", "command": "«C»"}
HOSTILE = ["{x}", "{0.__class__}", "{question.__init__.__globals__}", "%s %(x)s", "{{}}", r"\1 \g<0>", "{reason}", "$x"]


def test_the_promised_languages_are_there() -> None:
    assert set(REQUIRED) <= set(languages())


@pytest.mark.parametrize("language", REQUIRED)
@pytest.mark.parametrize("key", SLOTS)
def test_every_phrase_is_filled_in_every_language(key: str, language: str) -> None:
    text = phrase(key, language, **{name: VALUES[name] for name in SLOTS[key]})
    assert all(VALUES[name] in text for name in SLOTS[key])
    assert "{" not in text and "}" not in text


@pytest.mark.parametrize("language", REQUIRED)
@pytest.mark.parametrize("key", ["no_model", "model_went_away", "abstain_unsupported", "handed_over", "no_documents"])
def test_every_phrase_is_in_the_language_of_its_file(key: str, language: str) -> None:
    assert identify(phrase(key, language).split(": polydesk")[0]).language == language


@pytest.mark.parametrize("key", SLOTS)
def test_no_language_was_left_in_english(key: str) -> None:
    values = dict.fromkeys(SLOTS[key], "")
    assert len({phrase(key, language, **values) for language in REQUIRED}) == len(REQUIRED)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", ["en", "ar", "ja"])
def test_a_question_with_format_marks_comes_out_as_it_is(hostile: str, language: str) -> None:
    assert hostile in phrase("abstain", language, question=hostile)
    assert hostile in phrase("model_error", language, reason=hostile)


@pytest.mark.parametrize(
    ("asked", "found"), [("pt-BR", "pt"), ("zh_Hant_TW", "zh"), ("DE", "de"), ("xx", "en"), ("und", "en"), ("", "en")]
)
def test_regions_are_reduced_and_unknown_languages_are_english(asked: str, found: str) -> None:
    assert phrase("no_model", asked) == phrase("no_model", found)


def test_an_unknown_language_code_cannot_leave_the_folder() -> None:
    assert phrase("no_model", "../templates/answer") == phrase("no_model", "en")


def test_an_unknown_key_and_a_missing_value_name_the_file_and_the_key() -> None:
    with pytest.raises(PromptError, match=r"phrases/de\.yaml: abstian: no such phrase"):
        phrase("abstian", "de")
    with pytest.raises(PromptError, match=r"phrases/de\.yaml: abstain: no value was given for question"):
        phrase("abstain", "de")


def test_the_empty_knowledge_base_names_the_command_to_run() -> None:
    assert "polydesk ingest" in phrase("no_documents", "fr")
    assert "polydesk ingest policies/" in phrase("no_documents", "fr", command="polydesk ingest policies/")


def test_arabic_persian_and_hebrew_run_from_right_to_left() -> None:
    assert {language for language in languages() if direction(language) == "rtl"} == {"ar", "fa", "he"}
    assert direction("ar-EG") == "rtl"
    assert direction("xx") == "ltr"


@pytest.mark.parametrize("language", REQUIRED)
def test_every_language_that_can_be_told_has_a_name_in_every_language(language: str) -> None:
    names = [language_name(code, language) for code in LANGUAGES]
    assert len(set(names)) == len(LANGUAGES)
    assert not set(names) & set(LANGUAGES)


def test_a_language_is_called_what_its_speakers_call_it() -> None:
    assert language_name("de", "de") == "Deutsch"
    assert language_name("pt-BR", "fr") == "portugais"
    assert language_name("ja", "ja") == "日本語"
    assert language_name("nb", "en") == language_name("no", "en") == "Norwegian"
    assert language_name("tlh", "en") == "tlh"


def _file_with(tmp_path: Path, **changes: object) -> Path:
    content = yaml.safe_load((PHRASES / "en.yaml").read_text(encoding="utf-8")) | changes
    file = tmp_path / "phrases" / "en.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump({key: value for key, value in content.items() if value is not None}))
    return file


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"abstain": "Nothing found."}, r"en\.yaml: abstain must contain \{question\}"),
        ({"abstain": "No {question} {Colleague}."}, r"en\.yaml: .*a slot is a name of small letters"),
        ({"quote_lead": None}, r"en\.yaml: quote_lead: Field required"),
        ({"qoute_lead": "From:"}, r"en\.yaml: qoute_lead: Extra inputs"),
        ({"direction": "up"}, r"en\.yaml: direction: Input should be"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_key(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(PromptError, match=message):
        load(_file_with(tmp_path, **changes), Phrases)


def test_a_missing_or_malformed_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"gone\.yaml: cannot be read"):
        load(tmp_path / "gone.yaml", Phrases)
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [1")
    with pytest.raises(PromptError, match=r"broken\.yaml: is not valid YAML"):
        load(broken, Phrases)


ESCALATED = ["en", "de", "fr", "es", "pt", "it", "pl", "ar", "hi", "ja", "zh", "th"]


@pytest.mark.parametrize("language", ESCALATED)
def test_what_is_said_of_an_escalation_is_there_in_every_language_of_the_sample(language: str) -> None:
    words = load(PHRASES / f"{language}.yaml", Phrases).escalation
    english = load(PHRASES / "en.yaml", Phrases).escalation
    assert words and english
    assert words.causes.keys() == english.causes.keys()
    assert words.first_steps.keys() == english.first_steps.keys()
    said = " ".join([*words.causes.values(), *words.first_steps.values()])
    assert identify(said).language == language


def test_a_case_is_summed_up_in_its_language_with_what_is_known() -> None:
    values = dict.fromkeys(SUMMARY_SLOTS, "")
    summed_up = escalation_summary("de-AT", values | {"question": "{x} €?", "number": "3"})
    assert "Frage Nr. 3" in summed_up and "„{x} €?“" in summed_up and "Kunde: keine Angabe." in summed_up


def test_the_companys_own_causes_and_first_steps_stand_as_they_are_and_other_languages_get_english() -> None:
    assert cause_name("our-own_cause", "de") == "our own cause"
    assert cause_name("unevaluated:legal", "de") == "eine Regel konnte nicht geprüft werden"
    assert first_step("Call Mrs Vogel.", "ja") == "Call Mrs Vogel."
    assert first_step("legal", "sv") == first_step("legal", "en") != "legal"
