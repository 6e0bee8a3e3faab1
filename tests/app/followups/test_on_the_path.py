"""A follow-up on its way: understood, searched for, answered in its own language, recorded and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.answers import Answer, FollowedUp, Question, Replacement, Retrieved, Turn, Understanding, Understood
from app.asking import ask_and_print
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.jobs import AnswerJobs
from app.retrieval.search import Found, PassageSearch
from app.ui import markup
from app.ui.wording import words_for
from prompts.library import phrase
from tests.app.conftest import Ask, AssistantMaker, answer_of, events_of
from tests.app.scripting import says
from tests.app.ui.test_markup import EVIL, Elements
from tests.support.fake_assistant import FakeAssistant
from tests.support.ollama.asking import Scripted

AUSTRIA = "Was kostet der Versand nach Österreich?"
SWITZERLAND = "Was kostet der Versand in die Schweiz?"
TO_SWITZERLAND = Understanding(
    question=SWITZERLAND,
    language="de",
    how="substituted",
    earlier=AUSTRIA,
    signs=("connective", "names-another"),
    replaced=(Replacement(kind="place", old="Österreich", new="Schweiz"),),
)


def after(*questions: str, language: str | None = None) -> tuple[Turn, ...]:
    return tuple(
        turn
        for text in questions
        for turn in (Turn(role="user", text=text, language=language), Turn(role="assistant", text="…"))
    )


class TestTheAssistant:
    def test_it_searches_for_what_was_meant_and_says_so(self, small_assistant: AssistantMaker) -> None:
        events = events_of(small_assistant(), "Und in die Schweiz?", history=after(AUSTRIA))
        assert [type(event) for event in events[:3]] == [Understood, FollowedUp, Retrieved]
        assert events[1] == FollowedUp(TO_SWITZERLAND)
        given = answer_of(small_assistant(), "Und in die Schweiz?", history=after(AUSTRIA))
        assert given.understood == TO_SWITZERLAND
        assert "12,90 CHF" in given.answer

    def test_the_answer_is_in_the_language_of_the_follow_up(self, small_assistant: AssistantMaker) -> None:
        history = after("What does shipping to Austria cost?", language="en")
        given = answer_of(small_assistant(), "Und in die Schweiz?", history=history)
        assert given.language == "de"
        assert given.understood is not None
        assert given.understood.question == "What does shipping to Switzerland cost?"
        assert given.understood.language == "en"
        assert "12,90 CHF" in given.answer
        assert phrase("no_model", "de") in given.notice

    def test_the_search_reads_the_question_in_its_own_language(
        self, small_assistant: AssistantMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[tuple[object, ...]] = []
        find = PassageSearch.find

        def recording(self: PassageSearch, *arguments: Any) -> Found:
            asked.append(arguments[:2])
            return find(self, *arguments)

        monkeypatch.setattr(PassageSearch, "find", recording)
        answer_of(
            small_assistant(), "Und in die Schweiz?", history=after("What is shipping to Austria?", language="en")
        )
        assert asked == [("What is shipping to Switzerland?", "en")]

    def test_the_model_is_asked_what_was_meant(self, answer: Ask, ollama_scripted: Scripted) -> None:
        reply = "Der Standardversand in die Schweiz kostet 12,90 CHF [{12,90 CHF}]."
        given = answer("Und in die Schweiz?", reply, history=after(AUSTRIA))
        assert given.answer == "Der Standardversand in die Schweiz kostet 12,90 CHF. [1]"
        (body,) = ollama_scripted.requests
        assert f"Question: {SWITZERLAND}" in body["messages"][-1]["content"]

    def test_the_same_model_rewrites_what_words_cannot(self, answer: Ask, ollama_scripted: Scripted) -> None:
        written = "Wie lange dauert der Versand in die Schweiz?"
        reply = "Die Lieferung in die Schweiz dauert 3 bis 5 Werktage [{12,90 CHF}]."
        given = answer("Und wie lange dauert das?", says(written), reply, history=after(SWITZERLAND))
        assert given.understood is not None
        assert (given.understood.how, given.understood.question) == ("model", written)
        assert "3 bis 5 Werktage" in given.answer
        assert len(ollama_scripted.requests) == 2

    def test_a_question_that_stands_alone_is_taken_as_typed(self, small_assistant: AssistantMaker) -> None:
        events = events_of(small_assistant(), SWITZERLAND, history=after("Wie lange ist die Garantie in Japan?"))
        assert not any(isinstance(event, FollowedUp) for event in events)
        assert answer_of(small_assistant(), SWITZERLAND, history=after(AUSTRIA)).understood is None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(default_url(tmp_path))
    yield opened
    opened.close()


class TestTheRecord:
    def test_question_as_typed_and_as_understood_are_kept_and_the_next_leans_on_them(
        self, store: ConversationStore
    ) -> None:
        assistant = FakeAssistant(delay=0)
        jobs = AnswerJobs(assistant, store)
        conversation = store.create().id
        for text in ("Wie lange ist die Rückgabe in Österreich möglich?", "Und in der Schweiz?", "Und in Polen?"):
            message = jobs.wait(jobs.start(conversation, Question(text=text)), 10).message_id
        jobs.close()
        asked = [m.text for m in store.messages(conversation) if m.role == "user"]
        assert asked[1:] == ["Und in der Schweiz?", "Und in Polen?"]
        kept = store.message(message)
        assert kept.answer is not None
        assert kept.answer.understood is not None
        assert kept.answer.understood.question == "Wie lange ist die Rückgabe in Polen möglich?"
        assert kept.partial is not None
        assert kept.partial.understood == kept.answer.understood
        history = assistant.asked[-1].history
        assert [turn.language for turn in history] == ["de"] * 4
        assert history[2].understood is not None
        assert history[2].understood.question == "Wie lange ist die Rückgabe in der Schweiz möglich?"

    def test_an_answer_kept_before_follow_ups_were_understood_can_still_be_read(self) -> None:
        kept = Answer(action="answer", language="de", answer="…").model_dump(exclude={"understood"})
        assert Answer.model_validate(kept).understood is None


class TestWhatIsShown:
    def test_the_line_under_the_question_is_text_in_its_own_language(self) -> None:
        html = markup.understood_html(TO_SWITZERLAND.model_copy(update={"question": EVIL}), words_for("en"))
        elements = Elements(html)
        assert elements.text == f"Understood as: {EVIL}"
        assert [tag for tag, _ in elements.tags] == ["p", "bdi"]
        assert elements.one("bdi") == {"lang": "de"}

    def test_a_question_taken_as_typed_has_no_such_line(self) -> None:
        assert markup.understood_html(None, words_for("en")) == ""

    @pytest.mark.parametrize("as_json", [False, True])
    def test_the_command_line_says_it_beside_the_answer(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_json: bool
    ) -> None:
        monkeypatch.setattr("app.asking.open_assistant", lambda settings: FakeAssistant(delay=0))
        history = after("Wie lange ist die Rückgabe in Österreich möglich?", language="de")
        ask_and_print(Question(text="Und in der Schweiz?", history=history), as_json)
        printed = capsys.readouterr()
        line = "Understood as: Wie lange ist die Rückgabe in der Schweiz möglich?\n"
        assert (line in printed.err) is not as_json
        assert line not in printed.out
        assert ('"understood":{"question":"Wie lange' in printed.out) is as_json
