"""A judge refuses what the gate passed, and passes nothing that the gate refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from guardrails.errors import GuardError
from guardrails.grounding import SentenceGate
from guardrails.judging import YesNoJudge
from guardrails.policy import load_policy
from guardrails.verdicts import SentenceVerdict
from tests.guardrails.support_gate import Passage, embed

RETURNS = Passage(1, "Items may be returned within 14 days of delivery.")
TRUE, FALSE = "Items may be returned within 14 days of delivery [1].", "Items may be returned within 30 days [1]."


class Scripted:
    """A judge that always says the same, and remembers what it was asked."""

    def __init__(self, probability: float) -> None:
        self.probability = probability
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def __call__(self, sentence: str, passages: Sequence[str], /) -> float:
        self.asked.append((sentence, tuple(passages)))
        return self.probability


def check(judge: Scripted, sentence: str) -> SentenceVerdict:
    return SentenceGate(embed, load_policy().grounding, judge).check(sentence, [], [RETURNS], "en")


def test_a_judge_that_does_not_see_the_support_refuses() -> None:
    judge = Scripted(0.1)
    verdict = check(judge, TRUE)
    assert (verdict.supported, verdict.passages, verdict.codes) == (False, (), ("judged-unsupported",))
    assert judge.asked == [("Items may be returned within 14 days of delivery.", (RETURNS.text,))]


def test_a_judge_that_agrees_changes_nothing() -> None:
    assert check(Scripted(0.9), TRUE).supported


def test_what_the_gate_refused_is_not_asked_about() -> None:
    judge = Scripted(1.0)
    assert not check(judge, FALSE).supported
    assert judge.asked == []


def test_a_judge_that_fails_is_a_finding() -> None:
    gate = SentenceGate(embed, load_policy().grounding, YesNoJudge(lambda prompt: "Perhaps."))
    assert gate.check(TRUE, [], [RETURNS], "en").codes == ("guard-failed",)


@pytest.mark.parametrize(("answer", "probability"), [("Yes", 1.0), (" no.", 0.0), ("**Yes**, it does", 1.0)])
def test_a_models_yes_and_no_are_read(answer: str, probability: float) -> None:
    prompts: list[str] = []

    def complete(prompt: str) -> str:
        prompts.append(prompt)
        return answer

    assert YesNoJudge(complete)("The sky is blue.", ["A text.", "Another."]) == probability
    assert prompts == ["Document: A text.\n\nAnother.\nClaim: The sky is blue."]


def test_another_answer_is_an_error() -> None:
    with pytest.raises(GuardError, match="neither yes nor no"):
        YesNoJudge(lambda prompt: "Nope, I mean maybe")("The sky is blue.", ["A text."])
