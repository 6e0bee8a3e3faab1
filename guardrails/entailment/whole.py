"""What a sentence as a whole says beyond its evidence, or leaves out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guardrails.entailment.rules import Finding
from guardrails.entailment.said import Said

_COMPARED = ("price", "speed")  # contrasts whose words compare two things, and are rarely used otherwise
_LIMITS = ("except", "cond", "only", "neg", "deny", "hedge", "may")  # what says that something is not always so
_LIMITS_BEFORE = ("except", "only", "deny", "neg")  # what says so of the sentence before it


def whole_findings(claim: Said, unit: Said, following: Said | None, passages: Sequence[Said]) -> Iterator[Finding]:
    """What shows only beside the sentences of the evidence.

    :param unit: the sentence of the evidence that is nearest.
    :param following: the one after it, where exceptions stand.
    :param passages: all that is cited.
    """
    yield from _comparison(claim, passages)
    yield from _limits(claim, unit, following)


def limits(following: Said) -> bool:
    """Whether what is said may limit the sentence that it follows."""
    return following.says(*_LIMITS_BEFORE)


def _comparison(claim: Said, passages: Sequence[Said]) -> Iterator[Finding]:
    """A comparison without its figures, which the evidence does not draw: it may as well be turned round."""
    if claim.quantities:
        return
    for name in _COMPARED:
        said = claim.values(name)
        if said and not any(said <= passage.values(name) for passage in passages):
            reason = f"the evidence does not compare (“{claim.words(name)}”), and the sentence gives no figures"
            yield Finding("comparison_unsaid", "comparison-turned", reason)
            return


def _limits(claim: Said, unit: Said, following: Said | None) -> Iterator[Finding]:
    if claim.says(*_LIMITS):
        return
    if unit.says("except", "only", "deny", "cond"):
        yield Finding("limits_left_out", "exception-dropped", f"the evidence has conditions: {unit.quoted}")
    elif following is not None and limits(following):
        yield Finding("limits_left_out", "exception-dropped", f"the evidence goes on: {following.quoted}")
