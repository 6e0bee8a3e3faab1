"""An answer is put together from the sentences that passed, in the order and under the numbers they were shown with."""

from __future__ import annotations

import pytest

from app.answers import Usage
from app.composer import AnswerComposer
from tests.app.passages import OFFSET, passage

RETURNS = passage(["Returns take 45 days.", "The label costs 6.90 €."], 1)
SHIPPING = passage(["Der Versand kostet 12,90 CHF."], 2, document="versand.md", language="de")
FIRST, SECOND = RETURNS.chunk.units


def test_a_place_keeps_its_number_and_is_introduced_once() -> None:
    composer = AnswerComposer("en")
    one, new = composer.show("Returns take 45 days.", 0.9, [(RETURNS, FIRST)])
    two, added = composer.show("The label costs 6.90 €, to Switzerland 12.90 CHF.", 0.8, [
        (RETURNS, SECOND), (SHIPPING, SHIPPING.chunk.units[0])
    ])  # fmt: skip
    three, nothing = composer.show("You have 45 days.", 0.7, [(RETURNS, FIRST)])
    assert [one.citations, two.citations, three.citations] == [(1,), (2, 3), (1,)]
    assert [[citation.n for citation in citations] for citations in (new, added, nothing)] == [[1], [2, 3], []]
    assert [citation.n for citation in composer.answer("answer").citations] == [1, 2, 3]


def test_the_same_place_of_another_version_is_another_citation() -> None:
    composer = AnswerComposer("en")
    before = passage(["Returns take 30 days."], 2, version=7)
    composer.show("Now 45.", 0.9, [(RETURNS, FIRST)])
    composer.show("Before 30.", 0.9, [(before, before.chunk.units[0])])
    assert [citation.version for citation in composer.answer("answer").citations] == [1, 7]


def test_a_citation_says_all_that_a_page_needs_to_show_it() -> None:
    composer = AnswerComposer("de")
    _, (citation,) = composer.show("12,90 CHF.", 0.9, [(SHIPPING, SHIPPING.chunk.units[0])])
    assert citation.quote == "Der Versand kostet 12,90 CHF."
    assert (citation.start, citation.end) == (OFFSET, OFFSET + len(citation.quote))
    assert (citation.passage, citation.passage_start) == (SHIPPING.chunk.text, OFFSET)
    assert (citation.title, citation.page, citation.language) == ("Versand", 2, "de")
    assert (citation.uri, citation.heading) == ("file:///documents/versand.md", ("Rules",))


def test_a_withheld_sentence_is_on_record_and_no_part_of_the_answer() -> None:
    composer = AnswerComposer("en")
    composer.withhold("Returns take 54 days.", 0.1, ["duration 54 days is not in [1]"])
    composer.show("The label costs 6.90 €.", 0.9, [(RETURNS, SECOND)])
    answer = composer.answer("answer")
    assert answer.answer == "The label costs 6.90 €. [1]"
    assert [(sentence.text, sentence.supported) for sentence in answer.sentences] == [
        ("The label costs 6.90 €.", True),
        ("Returns take 54 days.", False),
    ]
    assert answer.sentences[1].reasons == ("duration 54 days is not in [1]",)


def test_a_second_try_takes_the_place_of_the_first_which_stays_on_record() -> None:
    composer = AnswerComposer("en")
    first = composer.withhold("Returns take 54 days.", 0.1, ["duration 54 days is not in [1]"])
    other = composer.withhold("The label costs 96 €.", 0.1, ["amount 96 € is not in [1]"])
    composer.show("The label costs 6.90 €.", 0.9, [(RETURNS, SECOND)])
    shown, _ = composer.show("Returns take 45 days.", 0.9, [(RETURNS, FIRST)], (), first, 0)
    again = composer.withhold("The label costs 95 €.", 0.1, ["amount 95 € is not in [1]"], other)
    answer = composer.answer("answer")
    assert answer.answer == "Returns take 45 days. [2] The label costs 6.90 €. [1]"
    assert (shown.instead_of, again.instead_of) == (first, other)
    assert answer.sentences[2:] == (again,)


def test_what_is_withdrawn_leaves_no_sentence_and_no_citation() -> None:
    composer = AnswerComposer("en")
    composer.show("Returns take 45 days.", 0.9, [(RETURNS, FIRST)])
    composer.withdraw()
    assert not composer.has_sentences
    composer.show("The label costs 6.90 €.", 1.0, [(RETURNS, SECOND)])
    answer = composer.answer("answer")
    assert answer.answer == "The label costs 6.90 €. [1]"
    assert [citation.quote for citation in answer.citations] == ["The label costs 6.90 €."]


@pytest.mark.parametrize(
    ("sentences", "text"),
    [
        (["返品は45日以内です。", "送料は無料です。"], "返品は45日以内です。送料は無料です。"),
        (["Returns take 45 days.", "They are free."], "Returns take 45 days. They are free."),
        ([], ""),
    ],
)
def test_sentences_are_joined_as_their_writing_joins_them(sentences: list[str], text: str) -> None:
    composer = AnswerComposer("ja")
    for sentence in sentences:
        composer.show(sentence, 0.9, [])
    assert composer.answer("answer").answer == text


def test_reasons_and_notices_are_kept_once_and_in_order() -> None:
    composer = AnswerComposer("en")
    for code in ("no-model", "stopped", "no-model"):
        composer.reason(code)
    composer.notices += ["One.", "Two."]
    composer.usage = Usage(prompt_tokens=3)
    answer = composer.answer("abstain", "Nothing was found.")
    assert answer.reasons == ("no-model", "stopped")
    assert answer.notice == "One.\nTwo."
    assert (answer.action, answer.answer, answer.usage.prompt_tokens) == ("abstain", "Nothing was found.", 3)


def test_the_first_word_is_timed_once() -> None:
    composer = AnswerComposer("en")
    composer.note_first_token()
    first = composer.answer("answer").timings_ms.first_token
    for _ in range(1000):
        composer.note_first_token()
    timings = composer.answer("answer").timings_ms
    assert timings.first_token == first
    assert timings.total >= first
