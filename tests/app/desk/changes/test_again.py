"""Two answers to one question are told apart by their figures first, then by what they cite."""

from __future__ import annotations

from datetime import date

import pytest

from app.answers import Answer, Citation, Finished, Question, Sentence
from app.desk.changes.again import ask_again, compare_answers
from app.errors import AppError
from tests.app.escalations.conftest import PLACE
from tests.support.fake_assistant import FakeAssistant


def answer(text: str, quote: str = "Any", action: str = "answer") -> Answer:
    said = (Sentence(text=text, supported=True, score=1.0, citations=(1,)),)
    cited: tuple[Citation, ...] = (PLACE.model_copy(update={"quote": quote}),)
    return Answer.model_validate(
        {"action": action, "language": "de", "answer": text, "sentences": said, "citations": cited}
    )


def test_other_figures_weigh_more_than_other_sources() -> None:
    found = compare_answers(answer("Die Frist ist 14 Tage."), answer("Die Frist ist 30 Tage.", "Other"))
    assert (found.outcome, found.figures_gone, found.figures_new) == ("other-figures", ("14 Tage",), ("30 Tage",))
    assert (
        compare_answers(answer("14 Tage gilt das."), answer("Es sind vierzehn Tage.", "Other")).outcome
        == "other-sources"
    )
    assert compare_answers(answer("14 Tage."), answer("Vierzehn Tage.")).outcome == "same"


def test_an_abstention_is_no_answer() -> None:
    assert compare_answers(answer("14 Tage."), answer("Nichts gefunden.", action="abstain")).outcome == "not-answered"


def test_the_question_is_asked_in_its_language_as_of_the_day_of_the_change() -> None:
    assistant = FakeAssistant(delay=0)
    found = ask_again(assistant, "Wie lange habe ich für die Rückgabe?", answer("14 Tage."), date(2027, 1, 1))
    [asked] = assistant.asked
    assert (asked.language, asked.as_of) == ("de", date(2027, 1, 1))
    assert found.new


def test_an_assistant_that_ends_without_an_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = FakeAssistant(delay=0)
    events = [each for each in assistant.ask(Question(text="?")) if not isinstance(each, Finished)]
    monkeypatch.setattr(assistant, "ask", lambda _question: iter(events))
    with pytest.raises(AppError, match="without an answer"):
        ask_again(assistant, "?", answer("14 Tage."))
