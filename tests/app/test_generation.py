"""A model's words become sentences, each through the gate as soon as it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NoReturn

import numpy as np
import pytest

from app.answers import SentenceReady, SentenceWithheld
from app.composer import AnswerComposer
from app.examining import Checks, Examined
from app.generation import gated_sentences
from app.retrieval.passages import Passage
from app.retrieval.resting import WrittenSentence
from guardrails.gate import Gate
from guardrails.grounding import SentenceGate
from guardrails.guards import DraftSentence, Embed
from guardrails.policy import load_policy
from guardrails.verdicts import Verdict
from tests.app.passages import passage
from tests.guardrails.support_gate import embed

RETURNS = passage(["A customer may send an article back within 45 days.", "The return label costs 6.90 €."], 1)
SHIPPING = passage(["Standard shipping to Switzerland costs 12.90 CHF."], 2, document="shipping.md")
DAYS, LABEL = "A customer may send an article back within 45 days [1].", "The return label costs 6.90 € [1]."


def written(text: str, language: str) -> WrittenSentence:
    vector = embed([text], language)[0].astype("float32")
    return WrittenSentence(text, language, vector, vector[None][:0], np.zeros(0, dtype=np.int32))


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
    return gated_sentences(words, passages, checks(), composer, lambda: cut)


def checks(
    embed: Embed = embed,
    guards: Gate = Gate(),  # noqa: B008  # frozen
    repairs: int = 2,
    attach: float = 0.5,
) -> Checks:
    support = SentenceGate(embed, load_policy().grounding.model_copy(update={"attach_similarity": attach}))
    return Checks(support, guards, "What about returns?", written, embed, repairs)


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

    events = list(gated_sentences(iter([DAYS]), [RETURNS], checks(broken), AnswerComposer("en")))
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


WRONG = "The return label costs 9.60 € [1]."


class Rewriting:
    """A model that writes what it is told to when it is asked for a sentence again, and remembers for which."""

    def __init__(self, *tries: str | None) -> None:
        self.tries = list(tries)
        self.asked: list[Examined] = []

    def __call__(self, refused: Examined) -> str | None:
        self.asked.append(refused)
        return self.tries.pop(0)


def rewritten(
    text: str,
    rewriting: Rewriting,
    *,
    guards: Gate = Gate(),  # noqa: B008  # frozen
    repairs: int = 2,
    composer: AnswerComposer | None = None,
) -> list[SentenceReady | SentenceWithheld]:
    composer = composer or AnswerComposer("en")
    given = checks(guards=guards, repairs=repairs)
    return list(gated_sentences(iter([text]), (RETURNS, SHIPPING), given, composer, rewrite=rewriting))


class TestSecondTries:
    def test_one_that_is_true_is_shown_where_the_refused_one_stood_after_what_had_passed(self) -> None:
        composer = AnswerComposer("en")
        rewriting = Rewriting(LABEL)
        events = rewritten(f"{WRONG} {DAYS}", rewriting, composer=composer)
        assert texts(events) == [
            ("The return label costs 9.60 €.", False),
            ("A customer may send an article back within 45 days.", True),
            ("The return label costs 6.90 €.", True),
        ]
        (asked,) = rewriting.asked
        assert "amount 9.60 € is not in [1]" in asked.findings
        assert [cited.number for cited in asked.cited] == [1]
        first, second = composer.answer("answer").sentences
        assert (first.text, second.text) == (events[2].sentence.text, events[1].sentence.text)
        assert first.instead_of == events[0].sentence
        assert isinstance(events[2], SentenceReady)
        assert events[2].place == 0

    def test_one_that_repeats_the_lie_is_withheld_with_both_texts_on_record(self) -> None:
        composer = AnswerComposer("en")
        lie = "The label for a return costs 9.60 € [1]."
        events = rewritten(f"{DAYS} {WRONG}", Rewriting(lie), composer=composer)
        shown, withheld = composer.answer("answer").sentences
        assert shown.supported
        assert (withheld.text, withheld.supported) == ("The label for a return costs 9.60 €.", False)
        assert withheld.instead_of == events[1].sentence
        assert "amount 9.60 € is not in “Returns”" in withheld.reasons

    def test_to_the_letter_too(self) -> None:
        composer = AnswerComposer("en")
        rewritten(WRONG, Rewriting(WRONG), composer=composer)
        (withheld,) = composer.answer("abstain").sentences
        assert withheld.instead_of is not None
        assert withheld.text == withheld.instead_of.text

    def test_one_that_the_answer_has_already_is_not_said_twice(self) -> None:
        composer = AnswerComposer("en")
        rewritten(f"{LABEL} {WRONG}", Rewriting(LABEL), composer=composer)
        assert [each.supported for each in composer.answer("answer").sentences] == [True, False]

    @pytest.mark.parametrize("nothing", ["", "NO_ANSWER", " [1] "])
    def test_where_the_model_has_none_the_first_stays_withheld(self, nothing: str) -> None:
        composer = AnswerComposer("en")
        rewritten(WRONG, Rewriting(nothing), composer=composer)
        (withheld,) = composer.answer("abstain").sentences
        assert withheld.instead_of is None

    def test_of_several_sentences_the_first_counts(self) -> None:
        events = rewritten(WRONG, Rewriting(f"{LABEL} {DAYS}"))
        assert texts(events)[1:] == [("The return label costs 6.90 €.", True)]

    @pytest.mark.parametrize(("repairs", "asked"), [(0, 0), (1, 1), (2, 2), (3, 3)])
    def test_there_are_as_many_as_the_policy_allows(self, repairs: int, asked: int) -> None:
        wrong = " ".join(f"The return label costs {amount} € [1]." for amount in (11, 12, 13, 14))
        rewriting = Rewriting("", "", "")
        rewritten(wrong, rewriting, repairs=repairs)
        assert len(rewriting.asked) == asked

    def test_there_are_no_more_once_the_model_cannot_be_asked(self) -> None:
        rewriting = Rewriting(None)
        rewritten(f"{WRONG} The return label costs 96 € [1].", rewriting)
        assert len(rewriting.asked) == 1

    def test_there_are_none_for_a_model_that_goes_round_in_circles(self) -> None:
        rewriting = Rewriting(LABEL)
        rewritten(f"{WRONG} {DAYS} {WRONG}", rewriting)
        assert not rewriting.asked

    def test_nor_where_it_found_no_answer(self) -> None:
        rewriting = Rewriting(LABEL)
        rewritten(f"{WRONG} NO_ANSWER", rewriting)
        assert not rewriting.asked

    @pytest.mark.parametrize("text", [f"{WRONG[:-5]} [1].", LABEL], ids=["which is not grounded", "which is grounded"])
    @pytest.mark.parametrize(
        ("code", "tried"),
        [
            *(("commitment-not-in-evidence", True), ("leak-prompt", False), ("link-not-allowed", False)),
            *(("personal-data-not-in-evidence", False), ("instruction", False), ("markup", False)),
            *(("wrong-language", False), ("guard-failed", False), ("of-tomorrow", False)),
        ],
    )
    def test_only_what_lacks_support_gets_one(self, text: str, code: str, tried: bool) -> None:
        class Objecting:
            name = "objecting"

            def check(self, sentence: DraftSentence) -> list[Verdict]:
                return [Verdict(self.name, code, False, 1.0, "it objects")]

        rewriting = Rewriting("")
        rewritten(text, rewriting, guards=Gate(sentences=[Objecting()]))
        assert bool(rewriting.asked) == tried


UNCITED = "So a customer has 45 days for an article."


def strictly(words: str, *, cut: bool = False) -> list[tuple[str, bool, tuple[int, ...]]]:
    """What becomes of sentences of which only the very words of a passage are cited for the model."""
    events = gated_sentences(iter([words]), (RETURNS, SHIPPING), checks(attach=0.95), AnswerComposer("en"), lambda: cut)
    return [(event.sentence.text, isinstance(event, SentenceReady), event.sentence.citations) for event in events]


@pytest.mark.parametrize("behind", [LABEL, LABEL.replace(" [1]", ""), "The return label costs 9 € [1]."])
def test_a_sentence_without_a_citation_rests_on_what_the_one_behind_it_cites(behind: str) -> None:
    assert strictly(UNCITED) == [(UNCITED, False, ())]
    first, second = strictly(f"{UNCITED} {behind}")
    assert first == (UNCITED, True, (1,))
    assert second[1] == ("9 €" not in behind)


@pytest.mark.parametrize(
    "behind", ["Standard shipping to Switzerland costs 12.90 CHF [2].", "It rains in Spain.", "NO_ANSWER", UNCITED]
)
def test_what_the_one_behind_it_does_not_bear_out_is_withheld_in_its_place(behind: str) -> None:
    events = strictly(f"{UNCITED} {behind}")
    assert events[0] == (UNCITED, False, ())
    assert len(events) == (1 if behind in ("NO_ANSWER", UNCITED) else 2)


def test_an_unfinished_sentence_bears_nothing_out() -> None:
    assert [passed for _, passed, _ in strictly(f"{UNCITED} The return label costs", cut=True)] == [False, False]
