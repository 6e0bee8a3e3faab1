"""Whether a person is asked: the first rule that holds decides, and one that cannot be evaluated counts as held."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from guardrails.errors import GuardError
from guardrails.escalation.policy import Condition, EscalationPolicy, Handling, Priority

_Value = TypeVar("_Value")

UNEVALUATED = "unevaluated"  # the beginning of the cause where a rule could not be evaluated


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in the question, with every currency it can be in, the likeliest first."""

    value: Decimal
    currencies: tuple[str, ...]  # ISO 4217 codes


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known at the end of one question; None is what could not be found out."""

    codes: frozenset[str] | None  # topics, findings of guards, reasons of the answer
    confidence: float | None  # 0..1, that the evidence answers the question
    abstentions: int | None  # in a row in this conversation, this answer included
    contradictions: int | None  # among the live documents found for the question
    amounts: tuple[Amount, ...] | None  # in the question
    escalated: frozenset[str] = frozenset()  # causes for which this conversation went to a person before


@dataclass(frozen=True, slots=True)
class Decision:
    """A case for a person."""

    cause: str
    team: str
    priority: Priority
    first_step: str
    takes_over: bool  # a person answers in the assistant's place


def decide(signals: Signals, policy: EscalationPolicy) -> Decision | None:
    """Who has to look at this question, if anybody; never for a cause of ``signals.escalated``.

    A rule that cannot be evaluated is a case for the default team.
    """
    for rule in policy.rules:
        decision = _decision(rule.cause, rule)
        try:
            if not _holds(rule.when, signals):
                continue
        except Exception:  # whatever it is, a rule that nobody could apply has not let the question pass
            decision = _decision(f"{UNEVALUATED}:{rule.cause}", policy.default)
        if decision.cause not in signals.escalated:
            return decision
    return None


def _decision(cause: str, handling: Handling) -> Decision:
    return Decision(cause, handling.team, handling.priority, handling.first_step, handling.takes_over)


def _holds(when: Condition, signals: Signals) -> bool:
    if when.codes and not set(when.codes) & _known(signals.codes, "what was found"):
        return False
    if when.unless and set(when.unless) & _known(signals.codes, "what was found"):
        return False
    if when.confidence_below is not None and not _confidence(signals) < when.confidence_below:
        return False
    if when.abstentions is not None and _known(signals.abstentions, "abstentions") < when.abstentions:
        return False
    if when.contradictions is not None and _known(signals.contradictions, "contradictions") < when.contradictions:
        return False
    amounts = _known(signals.amounts, "amounts") if when.amount_above else ()
    return not when.amount_above or any(_is_above(amount, when.amount_above) for amount in amounts)


def _is_above(amount: Amount, limits: Mapping[str, Decimal]) -> bool:
    limit = next((limits[code] for code in amount.currencies if code in limits), None)
    if limit is None:
        raise GuardError(f"there is no limit in {' or '.join(amount.currencies)}")
    return amount.value > limit


def _confidence(signals: Signals) -> float:
    confidence = _known(signals.confidence, "confidence")
    if math.isnan(confidence):
        raise GuardError("the confidence is no number")
    return confidence


def _known(value: _Value | None, name: str) -> _Value:
    if value is None:
        raise GuardError(f"it is not known: {name}")
    return value
