"""Names and addresses in many languages, and the company's own numbers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eval.suites.pii import PersonalText, report, run_pii
from guardrails.errors import GuardError
from guardrails.personal.find import find_personal
from guardrails.personal.policy import PersonalPolicy
from tests.conftest import REPOSITORY

SETS = sorted((REPOSITORY / "eval" / "sets" / "pii").glob("*.jsonl"))


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_what_is_personal_is_found_in_every_language(file: Path) -> None:
    figures = report(run_pii(file))
    assert figures["recall"] >= 0.9
    assert figures["precision"] >= 0.9
    assert figures["texts"] >= 15


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_texts_that_only_look_alike_are_left_alone(file: Path) -> None:
    lines = [PersonalText.model_validate_json(line) for line in file.read_text(encoding="utf-8").splitlines()]
    harmless = [line for line in lines if not line.spans]
    assert len(harmless) >= 4
    found = {line.text: find_personal(line.text, line.language) for line in harmless}
    assert {text: spans for text, spans in found.items() if spans} == {}


def types(text: str, policy: PersonalPolicy) -> list[str]:
    return [span.type for span in find_personal(text, "en", policy)]


def test_own_numbers_types_left_and_names_of_products_are_policy() -> None:
    text = "Order AB-77 of Anna Miller, a.miller@example.org"
    assert types(text, PersonalPolicy()) == ["PERSON", "EMAIL"]
    assert types(text, PersonalPolicy(numbers=(r"AB-\d\d",))) == ["NUMBER", "PERSON", "EMAIL"]
    assert types(text, PersonalPolicy(leave=("EMAIL",))) == ["PERSON"]
    assert types(text, PersonalPolicy(not_personal=("anna miller",))) == ["EMAIL"]
    assert types(text, PersonalPolicy(enabled=False)) == []


def test_a_recogniser_that_cannot_be_loaded_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)  # as where it is not installed
    with pytest.raises(GuardError, match="AuTfnRecognizer needs presidio-analyzer"):
        types("Anna", PersonalPolicy(presidio=("AuTfnRecognizer",)))


@pytest.mark.parametrize("language", ["en", "und"])
def test_an_english_name_at_the_start_of_a_line_is_found_whatever_stands_above_it(language: str) -> None:
    text = "How many days do I have to send an article back?\nTomomi is from Hawkins and sons."
    assert [text[span.start : span.end] for span in find_personal(text, language)] == ["Tomomi"]


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("سُلِّم الطلب لجارة العميلة هدى السبيعي في حي الياسمين.", "ar", "هدى السبيعي"),
        ("تواصل مع عبد الله بن سالم غدا.", "ar", "عبد الله بن سالم"),
        ("लौटाने के लिए सुनीता देशपांडे से बात करें।", "hi", "सुनीता देशपांडे"),
        ("שוחחתי עם יעקב כהן אתמול.", "he", "יעקב כהן"),
    ],
)
def test_names_in_writings_without_capitals(text: str, language: str, name: str) -> None:
    assert [text[span.start : span.end] for span in find_personal(text, language)] == [name]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("يزيد على عشرة أيام، والسعر يشمل جمال التصميم ونور الشاشة.", "ar"),
        ("يدفع العميل رسوم الشحن على التوالي.", "ar"),
        ("विकास और काम की शक्ति पर सरकार का निर्णय।", "hi"),
    ],
)
def test_words_that_may_be_names_are_none_alone(text: str, language: str) -> None:
    assert find_personal(text, language) == []
