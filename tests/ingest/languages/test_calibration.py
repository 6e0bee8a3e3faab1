"""The calibration texts are parallel, each in its own language, and a wrong file is refused by name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from ingest.errors import IngestUserError
from ingest.languages import identify
from ingest.languages.calibration import FOLDER, calibration_texts, read_calibration_texts

LANGUAGES = [
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
    "vi",
    "ko",
    "sv",
    "da",
    "id",
    "fa",
]


def test_the_promised_languages_are_there() -> None:
    assert set(calibration_texts()) >= set(LANGUAGES)


def test_every_language_has_as_many_passages_and_questions() -> None:
    for code, texts in calibration_texts().items():
        assert (len(texts.passages), len(texts.questions)) == (70, 80), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_there_twice(language: str) -> None:
    texts = calibration_texts()[language]
    every = [*texts.passages, *texts.questions]
    assert all(text == text.strip() and len(text) > 3 for text in every)
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_asked_and_passages_are_told(language: str) -> None:
    texts = calibration_texts()[language]
    if language == "th":  # writes no question mark
        return
    mark = {"ar": "؟", "fa": "؟", "el": ";", "ja": "？", "zh": "？"}.get(language, "?")
    # Some are asked as people type them into a search field.
    assert len([text for text in texts.questions if not text.endswith(mark)]) <= 4
    assert [text for text in texts.passages if mark in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_text_is_told_to_be_in_the_language_of_its_file(language: str) -> None:
    texts = calibration_texts()[language]
    foreign = [text for text in (*texts.passages, *texts.questions) if identify(text).language != language]
    # Some Danish sentences are Norwegian ones letter for letter.
    assert len(foreign) <= (4 if language == "da" else 1), foreign


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_texts_of_one_line_are_of_like_length(language: str) -> None:
    """A line that slipped shows in its length: the lengths of translations rise and fall together."""
    english, other = calibration_texts()["en"], calibration_texts()[language]
    for part in ("passages", "questions"):
        ours = [len(text) for text in getattr(english, part)]
        theirs = [len(text) for text in getattr(other, part)]
        slipped = [*theirs[1:], theirs[0]]
        assert _correlation(ours, theirs) > 0.1 + max(0.0, _correlation(ours, slipped))


def test_what_has_a_number_in_figures_has_it_in_every_language_and_no_text_an_address() -> None:
    english = calibration_texts()["en"]
    for code, texts in calibration_texts().items():
        assert not [text for text in (*texts.passages, *texts.questions) if re.search("@|www", text)]
        pairs = zip(english.passages, texts.passages, strict=True)
        assert [theirs for ours, theirs in pairs if re.search(r"\d", ours) and not re.search(r"\d", theirs)] == [], code


def _copy(tmp_path: Path) -> Path:
    for code in ("en", "de"):
        shutil.copy(FOLDER / f"{code}.yaml", tmp_path)
    return tmp_path


def test_a_file_with_a_line_too_few_is_refused_by_name(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    content = yaml.safe_load((folder / "de.yaml").read_text(encoding="utf-8"))
    content["questions"].pop()
    (folder / "de.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(IngestUserError, match=r"de\.yaml: 79 questions, but en\.yaml has 80"):
        read_calibration_texts(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("passages: [a]\n", r"de\.yaml: questions: Field required"),
        ("passages: [a]\nquestions: [b]\nanswers: [c]\n", r"de\.yaml: answers: Extra inputs"),
        ("passages: [a\n", r"de\.yaml: cannot be read"),
    ],
)
def test_a_malformed_file_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    folder = _copy(tmp_path)
    (folder / "de.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(IngestUserError, match=message):
        read_calibration_texts(folder)


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestUserError, match="no calibration texts"):
        read_calibration_texts(tmp_path)


def _correlation(first: list[int], second: list[int]) -> float:
    mean_first, mean_second = sum(first) / len(first), sum(second) / len(second)
    products = sum((a - mean_first) * (b - mean_second) for a, b in zip(first, second, strict=True))
    squares_first = sum((a - mean_first) ** 2 for a in first)
    squares_second = sum((b - mean_second) ** 2 for b in second)
    return float(products / (squares_first * squares_second) ** 0.5)
