"""A model's words become sentences, each through the gate as soon as it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NoReturn

import pytest

from app.answers import SentenceReady, SentenceWithheld
from app.composer import AnswerComposer
from app.generation import gated_sentences
from app.retrieval.passages import Passage
from app.retrieval.resting import WrittenSentence
from guardrails.grounding import SentenceGate
from guardrails.policy import load_policy
from tests.app.passages import passage
from tests.guardrails.support_gate import embed

RETURNS = passage(["A customer may send an article back within 45 days.", "The return label costs 6.90 €."], 1)
SHIPPING = passage(["Standard shipping to Switzerland costs 12.90 CHF."], 2, document="shipping.md")
DAYS, LABEL = "A customer may send an article back within 45 days [1].", "The return label costs 6.90 € [1]."


def written(text: str, language: str) -> WrittenSentence:
    vector = embed([text], language)[0].astype("float32")
    return WrittenSentence(text, language, vector, vector[None][:0])


def run(
    words: Iterable[str], composer: AnswerComposer | None = None, *, cut: bool = False
) -> list[SentenceReady | SentenceWithheld]:
    return list(stream(iter(words), composer or AnswerComposer("en"), cut=cut))


def stream(
    words: Iterator[str],
    composer: AnswerComposer,
    *,
    cut: bool = False,
    passages: tuple[Passage, ...] = (RETURNS, SHIPPING),
) -> Iterator[SentenceReady | SentenceWithheld]:
    gate = SentenceGate(embed, load_policy().grounding)
    return gated_sentences(words, passages, gate, written, composer, lambda: cut)


def texts(events: Iterable[SentenceReady | SentenceWithheld]) -> list[tuple[str, bool]]:
    return [(event.sentence.text, isinstance(event, SentenceReady)) for event in events]


@pytest.mark.parametrize("size", [1, 3, 7, 500])
def test_sentences_are_the_same_however_the_words_are_cut(size: int) -> None:
    text = f"{DAYS} The return label costs 9.60 € [1]. {LABEL}"
    assert texts(run(text[at : at + size] for at in range(0, len(text), size))) == [
        ("A customer may send an article back within 45 days.", True),
        ("The return label costs 9.60 €.", False),
        ("The return label costs 6.90 €.", True),
    ]


def test_a_sentence_is_checked_before_the_next_is_written() -> None:
    read: list[str] = []

    def words() -> Iterator[str]:
        for word in (DAYS, " The", " return", " label"):
            read.append(word)
            yield word

    first = next(stream(words(), AnswerComposer("en")))
    assert isinstance(first, SentenceReady)
    assert len(read) < 4


def test_the_sentence_nearest_to_what_is_said_is_cited() -> None:
    (event,) = run([LABEL])
    assert isinstance(event, SentenceReady)
    assert [citation.quote for citation in event.citations] == ["The return label costs 6.90 €."]


def test_a_reason_names_documents_and_not_the_prompts_numbers() -> None:
    corrected, withheld = run(["The return label costs 6.90 € [2]. The return label costs 9.60 € [2]."])
    assert corrected.sentence.reasons == ("“Shipping” does not support the sentence, “Returns” does",)
    assert corrected.sentence.citations == (1,)
    assert "amount 9.60 € is not in “Shipping”" in withheld.sentence.reasons


def test_a_marker_on_a_line_of_its_own_belongs_to_the_sentence_before_it() -> None:
    assert texts(run(["A customer may send an article back within 45 days.\n[1]\n", LABEL])) == [
        ("A customer may send an article back within 45 days.", True),
        ("The return label costs 6.90 €.", True),
    ]


@pytest.mark.parametrize("words", ["", "   \n", "[1] [2]", "***", "---\n"])
def test_what_holds_no_word_is_no_sentence(words: str) -> None:
    assert run([words]) == []


@pytest.mark.parametrize(
    "words", ["NO_ANSWER", "NO_ANSWER.", "NO\\_ANSWER", "**NO_ANSWER**", "  NO ANSWER  ", "no: NO_ANSWER"]
)
def test_nothing_is_said_where_the_model_finds_no_answer(words: str) -> None:
    assert run(words) == []


def test_the_rest_is_not_read_once_the_model_found_no_answer() -> None:
    assert texts(run([DAYS, " NO_ANSWER. ", LABEL, " And on it goes."])) == [
        ("A customer may send an article back within 45 days.", True)
    ]


def test_a_sentence_that_mentions_no_answer_goes_on() -> None:
    composer = AnswerComposer("en")
    code = passage(["The status NO ANSWER means that the customer did not pick up."], 1)
    said = "The status NO ANSWER means that the customer did not pick up [1]."
    assert len(list(stream(iter([said]), composer, passages=(code,)))) == 1


@pytest.mark.parametrize(
    ("tail", "passes"),
    [
        ("A customer may send an article back within 45", False),
        ("A customer may send an article back within 45 days.", True),
        ("A customer may send an article back within 45 days. The label costs 6.", False),  # and 90 cents
        ("A customer may send an article back within 45 days, i.e.", False),
        ("A customer may send an article back within 45 days [1]", True),
        ("A customer may send an article back within 45 days. [1]", True),
        ("A customer may send an article back within 45 days [1].", True),
        ("A customer may send an article back within 45 days [1", False),
    ],
)
def test_the_last_sentence_of_a_cut_answer_must_have_come_to_its_end(tail: str, passes: bool) -> None:
    events = run([f"{LABEL} {tail}"], cut=True)
    assert isinstance(events[-1], SentenceReady) == passes
    assert passes or events[-1].sentence.reasons == ("the sentence is unfinished",)


def test_a_whole_answer_may_end_without_a_full_stop() -> None:
    assert texts(run([f"{LABEL} A customer may send an article back within 45 days"]))[-1][1]


def test_a_model_that_goes_round_in_circles_is_heard_once() -> None:
    wrong = "The return label costs 9.60 € [1]."
    assert texts(run([f"{LABEL} {wrong} {LABEL} {wrong} {wrong} {LABEL}"])) == [
        ("The return label costs 6.90 €.", True),
        ("The return label costs 9.60 €.", False),
    ]


def test_a_gate_that_breaks_lets_nothing_through() -> None:
    def broken(texts: object, language: str) -> NoReturn:
        raise RuntimeError("no memory")

    gate = SentenceGate(broken, load_policy().grounding)
    events = list(gated_sentences(iter([DAYS]), [RETURNS], gate, written, AnswerComposer("en")))
    assert texts(events) == [("A customer may send an article back within 45 days.", False)]


def test_without_passages_nothing_is_supported() -> None:
    events = list(stream(iter([f"{DAYS} {LABEL}"]), AnswerComposer("en"), passages=()))
    assert [supported for _, supported in texts(events)] == [False, False]


def test_time_in_the_gate_is_counted() -> None:
    composer = AnswerComposer("en")
    run([f"{DAYS} {LABEL}"], composer)
    timings = composer.answer("answer").timings_ms
    assert 0 < timings.guards <= timings.total
    assert 0 < timings.first_token <= timings.total
