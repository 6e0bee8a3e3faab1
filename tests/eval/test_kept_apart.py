"""Questions of an evaluation are told, also when somebody changed a word."""

from __future__ import annotations

import pytest

from eval.kept_apart import KeptApart, shipped_texts

APART = KeptApart(["How long does a refund to a prepaid card take?", "返品の送料は誰が負担しますか。", "Hi there"])


@pytest.mark.parametrize(
    "question",
    [
        "How long does a refund to a prepaid card take?",
        "hello! how long does a REFUND to my prepaid card take",
        "Ticket 17. How long does a refund to a prepaid card take? Thank you, and have a nice day.",
        "返品の送料は誰が負担しますか",
    ],
)
def test_a_question_of_a_set_is_told(question: str) -> None:
    assert APART(question)


@pytest.mark.parametrize("question", ["How long does delivery to Spain take?", "Hi there", "送料はいくらですか。", ""])
def test_another_question_is_not(question: str) -> None:
    assert not APART(question)


def test_the_shipped_sets_are_read_whole() -> None:
    told = KeptApart(shipped_texts())
    assert told("Guten Tag, mein Name ist Katrin Hofmann und ich warte auf mein Paket.")
    assert not told("Welche Farbe hat der Karton, in dem die Lampe kommt?")
