"""Questions on their one path: stopped ones, empty ones, several at once, for a day, an audience and a customer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from app.answers import (
    Finished,
    Generating,
    Question,
    Retrieved,
    SentenceReady,
    SentenceWithheld,
    Turn,
    Understood,
)
from app.assistant import Assistant, open_assistant
from app.errors import AppUserError
from app.settings import Settings
from prompts.library import phrase
from tests.app.conftest import (
    PICKUP,
    RETURNS,
    SHIPPING,
    TODAY,
    WARRANTY,
    Ask,
    AssistantMaker,
    answer_of,
    events_of,
    shown,
)
from tests.app.scripting import says
from tests.support.ollama import Fault, Reply
from tests.support.ollama.asking import MODEL, Scripted
from tests.support.patience import eventually


class TestStopping:
    def test_a_stopped_answer_keeps_what_was_checked_and_drops_the_sentence_in_hand(
        self, assistant: Assistant, ollama_scripted: Scripted
    ) -> None:
        ollama_scripted.backend.enqueue(
            says("The return label costs 6.90 € [{6.90 €}]. An article may be sent back within 45 " * 9, pause_s=0.02)
        )
        stop = threading.Event()
        events = []
        for event in assistant.ask(Question(text=RETURNS, as_of=TODAY), stop):
            events.append(event)
            if isinstance(event, SentenceReady):
                stop.set()
        assert isinstance(events[-1], Finished)
        given = events[-1].answer
        assert (given.action, given.reasons) == ("answer", ("stopped",))
        assert given.answer == "The return label costs 6.90 €. [1]"
        assert len(given.sentences) == 1
        assert eventually(lambda: len(ollama_scripted.cancelled) == 1)

    def test_an_answer_stopped_before_its_first_sentence_shows_none(
        self, assistant: Assistant, ollama_scripted: Scripted
    ) -> None:
        ollama_scripted.backend.enqueue(says("A customer may send an article back within 4", fault=Fault.hang(30)))
        stop = threading.Event()
        asked = assistant.ask(Question(text=RETURNS, as_of=TODAY), stop)
        for event in asked:
            if isinstance(event, Generating):
                threading.Timer(0.3, stop.set).start()
        assert isinstance(event, Finished)
        assert (event.answer.action, event.answer.reasons, event.answer.answer) == ("abstain", ("stopped",), "")
        assert shown(event.answer) == []

    def test_a_reader_who_leaves_stops_the_model(self, assistant: Assistant, ollama_scripted: Scripted) -> None:
        ollama_scripted.backend.enqueue(says("The return label costs 6.90 € [{6.90 €}]. " * 40, pause_s=0.02))
        asked: Iterator[object] = assistant.ask(Question(text=RETURNS, as_of=TODAY))
        assert any(isinstance(event, SentenceReady) for event in asked)
        asked.close()  # type: ignore[attr-defined]  # it is a generator
        assert eventually(lambda: len(ollama_scripted.cancelled) == 1)


class TestTheQuestion:
    def test_the_events_come_in_order_and_finish_last(self, assistant: Assistant, ollama_scripted: Scripted) -> None:
        ollama_scripted.backend.enqueue(
            says("The return label costs 6.90 € [{6.90 €}]. The return label costs 9.60 € [{6.90 €}].")
        )
        kinds = [type(event) for event in events_of(assistant, RETURNS)]
        assert kinds == [Understood, Retrieved, Generating, SentenceReady, SentenceWithheld, Finished]

    def test_a_sentence_is_out_before_the_model_has_finished(
        self, assistant: Assistant, ollama_scripted: Scripted
    ) -> None:
        ollama_scripted.backend.enqueue(says("The label costs 6.90 € [{6.90 €}]. Then it hangs.", fault=Fault.hang(16)))
        asked = assistant.ask(Question(text=RETURNS, as_of=TODAY))
        ready = next(event for event in asked if isinstance(event, SentenceReady))
        assert ready.sentence.text == "The label costs 6.90 €."
        assert ollama_scripted.cancelled == []
        asked.close()  # type: ignore[attr-defined]  # it is a generator

    @pytest.mark.parametrize("question", ["", "   ", "\n\t"])
    def test_an_empty_question_is_refused(self, small_assistant: AssistantMaker, question: str) -> None:
        with pytest.raises(AppUserError, match="empty"):
            answer_of(small_assistant(), question)

    @pytest.mark.parametrize(
        ("question", "language"),
        [
            ("When does the swimming pool open?", "en"),
            ("Wann öffnet das Schwimmbad am Sonntag?", "de"),
            ("プールは何時に開きますか？", "ja"),
        ],
    )
    def test_what_nothing_answers_is_abstained_on_in_the_questions_language(
        self, answer: Ask, ollama_scripted: Scripted, question: str, language: str
    ) -> None:
        given = answer(question)
        assert (given.action, given.language, given.reasons) == ("abstain", language, ("no-evidence",))
        assert given.answer == phrase("abstain", language, question=question)
        assert ollama_scripted.requests == []

    def test_the_language_is_that_of_the_question_then_of_the_conversation(
        self, small_assistant: AssistantMaker
    ) -> None:
        german = (Turn(role="user", text=SHIPPING), Turn(role="assistant", text="12,90 CHF."))
        assert answer_of(small_assistant(), "E-17?", history=german).language == "de"
        assert answer_of(small_assistant(), RETURNS, history=german).language == "en"
        assert answer_of(small_assistant(), RETURNS, language="fr").language == "fr"

    def test_an_empty_knowledge_base_says_how_to_fill_it(self, make_home: Callable[[], Path]) -> None:
        assistant = open_assistant(Settings(home=make_home()))
        try:
            given = answer_of(assistant, SHIPPING)
        finally:
            assistant.close()
        assert (given.action, given.reasons) == ("abstain", ("no-documents",))
        assert given.answer == phrase("no_documents", "de")

    def test_the_day_decides_which_version_answers(self, small_assistant: AssistantMaker) -> None:
        assistant = small_assistant()
        now, before = answer_of(assistant, RETURNS), answer_of(assistant, RETURNS, as_of=date(2025, 6, 1))
        assert "45 days" in now.answer and "30 days" not in now.answer
        assert "30 days" in before.answer and "45 days" not in before.answer
        assert before.citations[0].document == now.citations[0].document

    def test_what_is_not_for_the_asker_is_not_read(self, small_assistant: AssistantMaker) -> None:
        question = "Up to which amount may a team lead grant a goodwill voucher for a late delivery?"
        assistant = small_assistant()
        assert "80 €" in answer_of(assistant, question, audience="manager").answer
        for audience in ("agent", "all"):
            assert "80 €" not in answer_of(assistant, question, audience=audience).model_dump_json()

    def test_a_customers_ticket_is_read_for_that_customer_alone(self, small_assistant: AssistantMaker) -> None:
        question = "Which table arrived with a scratch on its left side?"
        assistant = small_assistant()
        assert "MX-4410" in answer_of(assistant, question, customer_id="C-100").answer
        for customer in (None, "C-101"):
            assert "MX-4410" not in answer_of(assistant, question, customer_id=customer).model_dump_json()

    def test_several_threads_ask_at_once_and_each_gets_its_own_answer(
        self, ollama_scripted: Scripted, small_assistant: AssistantMaker
    ) -> None:
        def reply(request: object) -> Reply:
            said = {
                RETURNS: "An article can be sent back within 45 days of delivery [{45 days}].",
                SHIPPING: "Der Standardversand in die Schweiz kostet 12,90 CHF [{12,90 CHF}].",
                WARRANTY: "Lumo R2の保証期間は購入日から2年間です[{2年間}]。",
                PICKUP: "Le colis reste disponible en magasin pendant 10 jours [{10 jours}].",
            }
            text = next(said[question] for question in said if question in request.user_text)  # type: ignore[attr-defined]
            return says(text)(request)  # type: ignore[arg-type]

        ollama_scripted.backend.enqueue(*[reply] * 16)
        assistant = small_assistant(ollama_url=ollama_scripted.url, model=MODEL)
        questions = [RETURNS, SHIPPING, WARRANTY, PICKUP] * 4
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda question: answer_of(assistant, question), questions))
        expected = {RETURNS: "45 days", SHIPPING: "12,90 CHF", WARRANTY: "2年間", PICKUP: "10 jours"}
        assert [expected[question] in given.answer for question, given in zip(questions, answers, strict=True)] == [
            True
        ] * 16
        assert all(_is_one_sentence(given.sentences) for given in answers)


def _is_one_sentence(sentences: Sequence[object]) -> bool:
    return len(sentences) == 1
