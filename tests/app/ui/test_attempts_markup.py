"""Why this answer: a line for each model that was asked, in the words of the page's language."""

from __future__ import annotations

import pytest

from app.answers import Answer, Attempt
from app.ui.attempts_markup import attempts_html
from app.ui.wording import languages, words_for

SMALL = Attempt(model="ollama:llama3.2:3b", why="first", shown=1, withheld=2)
LARGE = Attempt(model="ollama:mistral-small", why="withheld", shown=3, wrote=True)


def html(*attempts: Attempt, reasons: tuple[str, ...] = (), language: str = "en") -> str:
    answer = Answer(action="answer", language="en", answer="…", attempts=attempts, reasons=reasons)
    return attempts_html(answer, words_for(language))


def test_each_model_has_its_line_with_why_it_was_asked_and_one_of_them_wrote() -> None:
    found = html(SMALL, LARGE)
    first, second = found.split("<li>")[1:]
    assert all(words in first for words in ("llama3.2:3b", "asked first", "sentences that passed: 1 of 3"))
    assert all(words in second for words in ("mistral-small", "too much of the first answer", "wrote this"))
    assert "wrote this" not in first
    assert "ollama:" not in found


def test_nothing_is_said_where_there_was_nothing_to_choose() -> None:
    assert html() == html(SMALL.model_copy(update={"wrote": True})) == ""


def test_one_model_asked_for_a_reason_and_a_spent_budget_are_said() -> None:
    assert "the evidence is thin" in html(LARGE.model_copy(update={"why": "thin-evidence"}))
    spent = html(SMALL, reasons=("large-budget-spent",))
    assert "budget for today is spent" in spent
    once = html(SMALL.model_copy(update={"why": "budget-spent"}), reasons=("large-budget-spent",))
    assert once.count("budget for today is spent") == 1


def test_a_failure_is_said_once_and_markup_in_a_name_stays_text() -> None:
    broken = LARGE.model_copy(update={"failed": "timeout", "wrote": False, "model": "ollama:<b>"})
    found = html(SMALL, broken, reasons=("large-model-failed",))
    assert found.count("failed") == 1
    assert "&lt;b&gt;" in found


@pytest.mark.parametrize("language", languages())
def test_every_reason_has_words_in_every_language(language: str) -> None:
    words = words_for(language).entries
    whys = ("first", "thin-evidence", "delicate", "language", "withheld", "no-answer", "unfinished", "finding")
    for why in (*whys, "model-failed", "budget-spent"):
        said = words[f"attempt.{why}"]
        assert language == "en" or said != words_for("en").entries[f"attempt.{why}"]
        assert said.replace("'", "&#x27;") in html(LARGE.model_copy(update={"why": why}), SMALL, language=language)
