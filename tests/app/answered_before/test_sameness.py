"""Only what asks the same is taken for the same, in every language that there are pairs of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from app.answered_before.sameness import Wording, difference, same_words
from eval.same_questions import read_same_questions
from ingest.embedding.centring import CentredEmbedder

QUESTIONS = read_same_questions()
LANGUAGES = {"ar", "de", "en", "es", "fr", "hi", "it", "ja", "pl", "pt", "th", "zh"}
Differ = Callable[[str, str, str], str]


@pytest.fixture(scope="module")
def differ(embedder: CentredEmbedder) -> Differ:
    @cache
    def worded(text: str, language: str) -> Wording:
        return Wording.of(text, language, embedder)

    def between(one: str, other: str, language: str) -> str:
        return difference(worded(one, language), worded(other, language))

    return between


def test_there_are_pairs_in_a_dozen_languages() -> None:
    assert set(QUESTIONS) >= LANGUAGES
    assert all(sum(len(each.twins) for each in asked) >= 20 for asked in QUESTIONS.values())


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_no_twin_is_taken_for_the_same(differ: Differ, language: str) -> None:
    mistaken = [twin for each in QUESTIONS[language] for twin in each.twins if not differ(each.asked, twin, language)]
    assert mistaken == []


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_other_words_for_the_same_are_often_enough_known(differ: Differ, language: str) -> None:
    known = [not differ(each.asked, same, language) for each in QUESTIONS[language] for same in each.same]
    assert sum(known) >= 0.25 * len(known)


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("Can I return it within 30 days?", "Can I return it within 14 days?", "quantities"),
        ("Do you deliver to Germany?", "Do you deliver to Switzerland?", "countries"),
        ("Do you ship from Germany to Switzerland?", "Do you ship from Switzerland to Germany?", "countries"),
        ("May a customer open the box?", "May a customer not open the box?", "negation"),
        ("Can a customer return the box?", "Must a customer return the box?", "turned"),
        ("Who opens the box?", "When does the box open?", "asked-for"),
        ("Can I exchange a kettle for a toaster?", "Can I exchange a toaster for a kettle?", "order"),
        ("What does error E-17 mean?", "What does error E-71 mean?", "quantities"),
        ("Is the shop open on Monday?", "Is the shop open on Sunday?", "names"),
        ("Was it due on 3 May 2026?", "Was it due on 5 March 2026?", "quantities"),
        ("Does the Lumo have a timer?", "Does the Vela have a timer?", "names"),
    ],
)
def test_what_tells_two_questions_apart_is_named(differ: Differ, one: str, other: str, code: str) -> None:
    assert differ(one, other, "en") == differ(other, one, "en") == code


def test_case_spaces_and_the_marks_at_the_end_make_no_difference() -> None:
    assert same_words("¿Quién  paga el envío?", "¿quién paga el envío")
    assert not same_words("Who pays 1.5 euros?", "Who pays 15 euros?")


def test_the_same_words_in_two_languages_are_two_questions(embedder: CentredEmbedder) -> None:
    one = Wording.of("Garantie Lumo R2 Deutschland", "de", embedder)
    other = Wording.of("Garantie pour Lumo R2 Deutschland", "fr", embedder)
    assert difference(one, other) == "language"


def test_in_a_language_without_rules_only_the_very_same_words_are_the_same(differ: Differ) -> None:
    assert differ("Kuinka pitkä takuu on?", "kuinka pitkä takuu on", "fi") == ""
    assert differ("Kuinka pitkä takuu on?", "Kuinka pitkä on takuu?", "fi") == "language"
