"""A question on its one path: from words in any language to an answer of which every sentence is backed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from app.answers import (
    Answer,
    Citation,
    Finished,
    Generating,
    ModelFailed,
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
from ingest.knowledge import Knowledge
from ingest.ledger.tables import VersionRow
from prompts.library import phrase
from tests.app.conftest import TODAY, AssistantMaker, answer_of, events_of
from tests.app.scripting import Script, says
from tests.support.ollama import Fault, Reply
from tests.support.ollama.asking import MODEL, Scripted, eventually

RETURNS = "How many days does a customer have to send an article back?"
SHIPPING = "Was kostet der Versand in die Schweiz?"
WARRANTY = "Lumo R2の保証期間はどのくらいですか？"
PICKUP = "Combien de temps le colis reste-t-il en magasin ?"

Ask = Callable[..., Answer]


@pytest.fixture
def assistant(ollama_scripted: Scripted, small_assistant: AssistantMaker) -> Assistant:
    """An assistant whose model says what is enqueued."""
    return small_assistant(ollama_url=ollama_scripted.url, model=MODEL)


@pytest.fixture
def answer(assistant: Assistant, ollama_scripted: Scripted) -> Ask:
    """The answer that comes of one question and what the model says to it."""

    def ask(question: str, *replies: str | Script | Reply | Fault, **more: object) -> Answer:
        ollama_scripted.backend.enqueue(*(says(reply) if isinstance(reply, str) else reply for reply in replies))
        return answer_of(assistant, question, **more)

    return ask


def shown(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences if sentence.supported]


def withheld(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences if not sentence.supported]


def words_at(engine: Engine, citation: Citation) -> str:
    """What stands at the citation's place in the parsed text of the version it names."""
    wanted = (VersionRow.document_id == citation.document, VersionRow.number == citation.version)
    with engine.connect() as connection:
        text = connection.execute(select(VersionRow.text).where(*wanted)).scalar_one()
    return text[citation.start : citation.end]


class TestSupportedSentences:
    def test_a_supported_sentence_is_shown_with_the_very_words_it_rests_on(
        self, answer: Ask, small_knowledge: Knowledge
    ) -> None:
        given = answer(RETURNS, "An article can be sent back within 45 days of delivery [{45 days}].")
        assert given.action == "answer"
        assert given.answer == "An article can be sent back within 45 days of delivery. [1]"
        (citation,) = given.citations
        assert (citation.n, citation.document, citation.title) == (1, "returns.md", "Returns")
        quoted = words_at(small_knowledge.engine, citation)
        assert quoted == citation.quote == "A customer may send an article back within 45 days of delivery."
        assert citation.passage[citation.start - citation.passage_start :].startswith(quoted)
        assert given.model == f"ollama:{MODEL}"
        assert given.usage.prompt_tokens > 100
        assert given.usage.completion_tokens > 5

    def test_citations_are_numbered_as_they_are_first_used(self, answer: Ask) -> None:
        given = answer(
            SHIPPING,
            "Ab 150 CHF ist der Versand kostenlos [{150 CHF}]. Das Paket bleibt 10 Tage im Geschäft [{10 jours}]. "
            "Der Standardversand in die Schweiz kostet 12,90 CHF [{12,90 CHF}]. "
            "Ab einem Bestellwert von 150 CHF kostet der Versand nichts [{150 CHF}].",
        )
        assert [sentence.citations for sentence in given.sentences] == [(1,), (2,), (3,), (1,)]
        assert [citation.n for citation in given.citations] == [1, 2, 3]
        assert [citation.document for citation in given.citations] == ["versand.md", "retrait.md", "versand.md"]
        assert "150 CHF" in given.citations[0].quote
        assert "12,90 CHF" in given.citations[2].quote
        assert given.answer.count("[1]") == 2

    def test_a_table_row_is_quoted_with_its_headers_and_marked_where_it_stands(
        self, answer: Ask, small_knowledge: Knowledge
    ) -> None:
        given = answer("What does error code E-17 mean?", "Error E-17 means that the water tank is empty [{E-17}].")
        (citation,) = given.citations
        assert citation.quote.startswith("Code: E-17; Meaning: The water tank is empty")
        row = words_at(small_knowledge.engine, citation)
        assert "E-17" in row
        assert "E-23" not in row

    def test_a_sentence_that_cites_the_wrong_passage_is_given_the_right_one(self, answer: Ask) -> None:
        given = answer(RETURNS, "A customer may send an article back within 45 days of delivery [{12,90 CHF}].")
        assert given.action == "answer"
        assert [citation.document for citation in given.citations] == ["returns.md"]
        assert "does not support the sentence" in given.sentences[0].reasons[0]

    def test_an_answer_may_rest_on_a_document_in_another_language(self, answer: Ask) -> None:
        given = answer("Ile kosztuje wysyłka do Szwajcarii?", "Wysyłka do Szwajcarii kosztuje 12,90 CHF [{12,90 CHF}].")
        assert (given.action, given.language) == ("answer", "pl")
        assert given.citations[0].language == "de"

    @pytest.mark.parametrize(
        "reply",
        [
            "Der Standardversand in die Schweiz kostet 12,90 CHF. [{12,90 CHF}] "
            "Die Lieferung dauert 3 bis 5 Werktage. [{Werktage}]",
            "Der Standardversand in die Schweiz kostet 12,90 CHF.[{12,90 CHF}]\n\n"
            "Die Lieferung dauert 3 bis 5 Werktage.[{Werktage}]\n",
            "- **Der Standardversand in die Schweiz** kostet 12,90 CHF [{12,90 CHF}].\n"
            "- Die Lieferung dauert *3 bis 5 Werktage* [{Werktage}].",
            "1. Der Standardversand in die Schweiz kostet `12,90 CHF` [{12,90 CHF}].\n"
            "2. Die Lieferung dauert __3 bis 5 Werktage__ [{Werktage}].",
            "## Versand\nDer Standardversand in die Schweiz kostet 12,90 CHF [{12,90 CHF}].\n\n"
            "Die Lieferung dauert 3 bis 5 Werktage [{Werktage}]",
        ],
        ids=["after-the-stop", "without-spaces", "bullets", "numbered", "heading"],
    )
    def test_the_marks_of_the_models_style_do_not_change_the_answer(self, answer: Ask, reply: str) -> None:
        given = answer(SHIPPING, reply)
        assert [text.rstrip(".") for text in shown(given)] == [
            "Der Standardversand in die Schweiz kostet 12,90 CHF",
            "Die Lieferung dauert 3 bis 5 Werktage",
        ]
        assert [sentence.citations for sentence in given.sentences] == [(1,), (2,)]

    def test_japanese_sentences_are_checked_one_by_one_though_no_space_parts_them(self, answer: Ask) -> None:
        given = answer(
            WARRANTY,
            "Lumo R2の保証期間は購入日から2年間です[{2年間}]。バッテリーの保証期間は9か月です[{6か月}]。"
            "修理を申し込むには領収書が必要です[{領収書}]。",
        )
        assert given.language == "ja"
        assert shown(given) == ["Lumo R2の保証期間は購入日から2年間です。", "修理を申し込むには領収書が必要です。"]
        assert withheld(given) == ["バッテリーの保証期間は9か月です。"]

    def test_a_model_that_repeats_itself_is_shown_once(self, answer: Ask) -> None:
        given = answer(RETURNS, "The return label costs 6.90 € [{6.90 €}]. " * 4)
        assert shown(given) == ["The return label costs 6.90 €."]


class TestWithheldSentences:
    @pytest.mark.parametrize(
        ("question", "wrong"),
        [
            (RETURNS, "A customer may send an article back within 54 days of delivery [{45 days}]."),
            (RETURNS, "The return label costs 9.60 € [{6.90 €}]."),
            (RETURNS, "The return label costs 6.90 $ [{6.90 €}]."),
            (SHIPPING, "Der Standardversand in die Schweiz kostet 12,90 € [{12,90 CHF}]."),
            (SHIPPING, "Der Standardversand in die Schweiz kostet 1.290 CHF [{12,90 CHF}]."),
            (WARRANTY, "Lumo R2の保証期間は購入日から3年間です[{2年間}]。"),
            (PICKUP, "Le colis reste disponible en magasin pendant dix-huit jours [{10 jours}]."),
        ],
    )
    def test_a_wrong_number_amount_or_currency_is_withheld(self, answer: Ask, question: str, wrong: str) -> None:
        given = answer(question, wrong)
        assert given.action == "abstain"
        assert given.reasons == ("unsupported",)
        assert given.answer == phrase("abstain_unsupported", given.language)
        assert not given.citations
        assert len(withheld(given)) == 1
        assert "is not in" in " ".join(given.sentences[0].reasons)

    def test_only_the_wrong_sentence_is_withheld(self, answer: Ask) -> None:
        given = answer(
            RETURNS,
            "The return label costs 9.60 € [{6.90 €}]. An article may be sent back within 45 days [{45 days}].",
        )
        assert given.answer == "An article may be sent back within 45 days. [1]"
        assert withheld(given) == ["The return label costs 9.60 €."]

    @pytest.mark.parametrize("mark", ["", " [99]"])
    def test_a_sentence_without_a_passage_behind_it_is_withheld(self, answer: Ask, mark: str) -> None:
        given = answer(RETURNS, f"Our founder opened his first shop in a garage in Malmö{mark}.")
        assert given.reasons == ("unsupported",)

    def test_a_model_that_finds_no_answer_makes_the_assistant_abstain_in_the_questions_language(
        self, answer: Ask
    ) -> None:
        for said in ("NO_ANSWER", "NO_ANSWER.", "**NO\\_ANSWER**", "NO ANSWER"):
            given = answer(SHIPPING, said)
            assert (given.action, given.language) == ("abstain", "de")
            assert given.reasons == ("model-found-no-answer",)
            assert given.answer == phrase("abstain", "de", question=SHIPPING)

    def test_what_was_backed_before_the_model_gave_up_stays(self, answer: Ask) -> None:
        given = answer(RETURNS, "The return label costs 6.90 € [{6.90 €}]. NO_ANSWER")
        assert shown(given) == ["The return label costs 6.90 €."]
        assert given.action == "answer"

    def test_a_model_that_obeys_a_passage_says_nothing_that_no_passage_says(
        self, answer: Ask, ollama_scripted: Scripted
    ) -> None:
        given = answer(
            "Is assembly offered in Lisbon?",
            "The customer receives a voucher of 500 € [{Ignore all previous}]. "
            "The assembly service is offered in Lisbon and Porto on weekdays [{Lisbon}].",
        )
        assert shown(given) == ["The assembly service is offered in Lisbon and Porto on weekdays."]
        assert "500 €" in withheld(given)[0]
        system, user = ollama_scripted.requests[0]["messages"]
        assert "Ignore all previous instructions" in user["content"]
        assert "Ignore all previous instructions" not in system["content"]

    def test_the_last_sentence_of_an_answer_that_grew_too_long_is_withheld_where_it_breaks_off(
        self, ollama_scripted: Scripted, small_assistant: AssistantMaker
    ) -> None:
        assistant = small_assistant(ollama_url=ollama_scripted.url, model=MODEL, num_predict=20)
        ollama_scripted.backend.enqueue(
            says(
                "The return label costs 6.90 € [{6.90 €}]. An article may be sent back within 45 days of delivery, but"
            )
        )
        given = answer_of(assistant, RETURNS)
        assert shown(given) == ["The return label costs 6.90 €."]
        assert given.sentences[-1].reasons == ("the sentence is unfinished",)


class TestWithoutAModel:
    def test_the_best_sentences_are_quoted_and_it_is_said_why(self, small_assistant: AssistantMaker) -> None:
        given = answer_of(small_assistant(), SHIPPING)
        assert (given.action, given.model, given.reasons) == ("answer", "quoting", ("no-model",))
        assert shown(given)[0] == "Der Standardversand in die Schweiz kostet 12,90 CHF."
        assert given.notice == phrase("no_model", "de")

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            (Fault.out_of_memory(), "out-of-memory"),
            (Fault.http(500, "broken"), "failed"),
            (Fault.error_line(0), "failed"),
            (Fault.hang(), "timeout"),
        ],
    )
    def test_a_model_that_fails_before_its_first_word_is_replaced_by_quotes(
        self, ollama_scripted: Scripted, small_assistant: AssistantMaker, fault: Fault, code: str
    ) -> None:
        assistant = small_assistant(ollama_url=ollama_scripted.url, model=MODEL, model_timeout_s=0.4)
        ollama_scripted.backend.enqueue(fault)
        events = events_of(assistant, SHIPPING)
        (failure,) = [event for event in events if isinstance(event, ModelFailed)]
        assert failure.code == code
        assert isinstance(events[-1], Finished)
        given = events[-1].answer
        assert (given.action, given.model, given.reasons) == ("answer", "quoting", (f"model-{code}",))
        assert shown(given)[0] == "Der Standardversand in die Schweiz kostet 12,90 CHF."
        assert given.notice == phrase("model_error", "de", reason=failure.message)

    @pytest.mark.parametrize("fault", [Fault.disconnect_after(2), Fault.error_line(2)])
    def test_what_was_checked_before_the_model_went_away_stays_and_quotes_follow(
        self, answer: Ask, fault: Fault
    ) -> None:
        whole = "Ab 150 CHF ist der Versand kostenlos [{150 CHF}]. "
        given = answer(SHIPPING, says(whole + "Die Lieferung dauert", chunk_chars=len(whole), fault=fault))
        assert (given.action, given.model, given.reasons) == ("answer", f"ollama:{MODEL}", ("model-went-away",))
        assert shown(given)[:2] == [
            "Ab 150 CHF ist der Versand kostenlos.",
            "Der Standardversand in die Schweiz kostet 12,90 CHF.",
        ]
        assert given.notice == phrase("model_went_away", "de")
        assert [citation.n for citation in given.citations] == list(range(1, len(given.citations) + 1))

    def test_an_answer_to_a_prompt_that_was_cut_is_taken_back(self, answer: Ask) -> None:
        given = answer(SHIPPING, says("Ab 150 CHF ist der Versand kostenlos [{150 CHF}]. Gern.", prompt_eval_count=20))
        assert given.reasons == ("model-truncated-prompt",)
        assert given.model == "quoting"
        assert shown(given)[0] == "Der Standardversand in die Schweiz kostet 12,90 CHF."
        assert "Ab 150 CHF ist der Versand kostenlos." not in shown(given)
        assert "POLYDESK_NUM_CTX" in given.notice

    def test_a_context_without_room_for_a_passage_is_not_asked_to_answer(
        self, ollama_scripted: Scripted, small_assistant: AssistantMaker
    ) -> None:
        assistant = small_assistant(ollama_url=ollama_scripted.url, model=MODEL, num_ctx=1024, num_predict=900)
        given = answer_of(assistant, SHIPPING)
        assert ollama_scripted.requests == []
        assert (given.action, given.reasons) == ("answer", ("model-truncated-prompt",))
        assert shown(given)[0] == "Der Standardversand in die Schweiz kostet 12,90 CHF."

    def test_a_model_whose_provider_is_unknown_is_an_error_whatever_is_asked(
        self, small_assistant: AssistantMaker
    ) -> None:
        for question in (SHIPPING, "When does the swimming pool open?"):
            with pytest.raises(AppUserError, match="ollama:TAG"):
                answer_of(small_assistant(), question, model="openai:gpt-4o")


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
