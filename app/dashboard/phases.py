"""Where the time of an answer went."""

from __future__ import annotations

from dataclasses import dataclass

from app.answers import Answer

# Guards that look at sentences; the others look at the question and the passages.
SENTENCE_GUARDS = frozenset(("grounding", "answer-language", "leaks", "other-people", "commitments"))


@dataclass(frozen=True, slots=True)
class PhaseTimes:
    """Milliseconds; ``other`` is what none of the rest took, as telling the language and understanding a follow-up."""

    retrieval: float
    guards: float
    model: float
    gate: float
    other: float


def phases_of(answer: Answer) -> PhaseTimes:
    """By phase; the gate looks at sentences while the model writes, so its time is taken from the model's."""
    gate = sum(each.milliseconds for each in answer.guards if each.guard in SENTENCE_GUARDS)
    guards = sum(each.milliseconds for each in answer.guards if each.guard not in SENTENCE_GUARDS)
    model = max(sum(each.milliseconds for each in answer.attempts) - gate, 0.0) if answer.attempts else 0.0
    retrieval = answer.timings_ms.retrieval
    other = max(answer.timings_ms.total - retrieval - guards - model - gate, 0.0)
    return PhaseTimes(retrieval, guards, model, gate, other)
