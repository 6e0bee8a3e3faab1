"""What guards say of a question and of passages, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

from app.composer import AnswerComposer
from app.retrieval.passages import Passage
from guardrails.gate import Gate
from guardrails.guards import AskedText
from guardrails.running import FAILED
from prompts.library import phrase

INJECTION = "injection"
_REFUSALS = {FAILED: "not_checked", INJECTION: "refused"}  # phrases by the reason


def check_question(gate: Gate, asked: AskedText, composer: AnswerComposer) -> str | None:
    """The words to go on with; None where the question must not be answered, with the reason in ``composer``."""
    ran = gate.check_question(asked)
    composer.heard("question", ran)
    if any(one.failed for one in ran):
        return None
    text: str | None = asked.text
    for said in (objection for one in ran for objection in one.objections if objection.code == INJECTION):
        composer.reason(INJECTION)
        text = said.instead
    return text


def check_passages(
    gate: Gate, seen: Sequence[Passage], passages: Sequence[Passage], composer: AnswerComposer
) -> list[Passage] | None:
    """The passages less what must not be used; None where a guard failed or nothing is left.

    :param seen: the same passages with vectors of the model that the guards were fitted on.
    """
    units, ran = gate.check_passages(seen)
    composer.heard("passage", ran)
    if any(one.failed for one in ran):
        return None
    kept = (passage.without(units[passage.number]) if passage.number in units else passage for passage in passages)
    left = [passage for passage in kept if passage is not None]
    if passages and not left:
        composer.reason("quarantined")
        return None
    return left


def refusal(composer: AnswerComposer) -> str:
    """What is said instead of an answer that the guards forbid."""
    key = next((_REFUSALS[reason] for reason in composer.reasons if reason in _REFUSALS), "abstain_unsupported")
    return phrase(key, composer.language)
