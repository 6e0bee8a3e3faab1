"""A question on its one path: from words in any language to an answer of which every sentence is backed."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from app.answers import (
    Answer,
    Citation,
    Finished,
    ModelFailed,
    SentenceReady,
)
from app.assistant import Assistant
from app.errors import AppUserError
from ingest.knowledge import Knowledge
from ingest.ledger.tables import VersionRow
from prompts.library import phrase
from tests.app.conftest import (
    PICKUP,
    RETURNS,
    SHIPPING,
    WARRANTY,
    Ask,
    AssistantMaker,
    answer_of,
    events_of,
    shown,
)
from tests.app.scripting import says
from tests.support.ollama import Fault
from tests.support.ollama.asking import MODEL, Scripted


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

    def test_a_wrong_sentence_is_written_anew_and_stands_in_its_place(self, answer: Ask) -> None:
        given = answer(
            RETURNS,
            "The return label costs 9.60 € [{6.90 €}]. An article may be sent back within 45 days [{45 days}].",
            "The return label costs 6.90 € [{6.90 €}].",
        )
        assert shown(given) == ["The return label costs 6.90 €.", "An article may be sent back within 45 days."]
        assert given.answer.startswith("The return label costs 6.90 €. [")
        first = given.sentences[0].instead_of
        assert first is not None
        assert (first.text, first.supported) == ("The return label costs 9.60 €.", False)
        assert "amount 9.60 € is not in “Returns”" in first.reasons
        assert not withheld(given)

    def test_one_that_is_wrong_again_is_withheld(self, answer: Ask) -> None:
        wrong = "The return label costs 9.60 € [{6.90 €}]."
        given = answer(RETURNS, wrong, wrong)
        assert (given.action, given.reasons) == ("abstain", ("unsupported",))
        assert "9.60" not in given.answer
        assert withheld(given) == ["The return label costs 9.60 €."]
        assert given.sentences[0].instead_of is not None

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
            "The customer receives a voucher of 500 € [{Lisbon}]. "
            "The assembly service is offered in Lisbon and Porto on weekdays [{Lisbon}].",
        )
        assert shown(given) == ["The assembly service is offered in Lisbon and Porto on weekdays."]
        assert "500 €" in withheld(given)[0]
        assert any(found.code == "quarantined" and "Ignore all previous" in found.reason for found in given.findings)
        assert "Ignore all previous instructions" not in str(ollama_scripted.requests[0]["messages"])

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

    def test_an_answer_to_a_prompt_that_was_cut_is_taken_back(
        self, assistant: Assistant, ollama_scripted: Scripted
    ) -> None:
        said = "Die Lieferung dauert 3 bis 5 Werktage [{Werktage}]. Mehr ist mir dazu leider nicht bekannt [1]."
        ollama_scripted.backend.enqueue(says(said, prompt_eval_count=20))
        *events, last = events_of(assistant, SHIPPING)
        ready = [event.sentence.text for event in events if isinstance(event, SentenceReady)]
        assert ready[0] == "Die Lieferung dauert 3 bis 5 Werktage."
        assert isinstance(last, Finished)
        given = last.answer
        assert (given.model, given.reasons) == ("quoting", ("model-truncated-prompt",))
        assert shown(given)[0] == "Der Standardversand in die Schweiz kostet 12,90 CHF."
        assert "Die Lieferung dauert 3 bis 5 Werktage." not in shown(given)
        assert [citation.n for citation in given.citations][:1] == [1]
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
