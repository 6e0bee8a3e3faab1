"""Cases go to the right team, once for each cause, and never get lost because a rule could not be evaluated."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from guardrails.errors import PolicyError
from guardrails.escalation.deciding import Amount, Decision, Signals, decide
from guardrails.escalation.policy import EscalationPolicy
from guardrails.policy import POLICY_PATH, load_policy
from prompts.files import load
from prompts.library import Phrases

QUIET = Signals(codes=frozenset(), confidence=0.9, abstentions=0, contradictions=0, amounts=())
DEFAULT = {"team": "Care", "priority": "high", "first_step": "check-answer", "takes_over": True}


def policy(*conditions: dict[str, Any], **rule: Any) -> EscalationPolicy:
    """A rule for each condition, with the causes ``c1``, ``c2`` …"""
    rules = [
        {"cause": f"c{number}", "when": when, "team": "Legal", "first_step": "legal"} | rule
        for number, when in enumerate(conditions, 1)
    ]
    return EscalationPolicy.model_validate({"teams": ["Care", "Legal"], "default": DEFAULT, "rules": rules})


def cause(signals: Signals, *conditions: dict[str, Any]) -> str | None:
    decision = decide(signals, policy(*conditions))
    return decision.cause if decision else None


def found(*codes: str) -> Signals:
    return replace(QUIET, codes=frozenset(codes))


def asks_for(value: str, *currencies: str) -> Signals:
    return replace(QUIET, amounts=(Amount(Decimal(value), currencies),))


@pytest.mark.parametrize(
    ("when", "held", "not_held"),
    [
        ({"codes": ["topic:legal", "topic:regulator"]}, found("no-model", "topic:regulator"), found("topic:legalese")),
        ({"confidence_below": 0.3}, replace(QUIET, confidence=0.29), replace(QUIET, confidence=0.3)),
        ({"abstentions": 3}, replace(QUIET, abstentions=3), replace(QUIET, abstentions=2)),
        ({"contradictions": 1}, replace(QUIET, contradictions=1), QUIET),
        ({"amount_above": {"EUR": 500}}, asks_for("500.01", "EUR"), asks_for("500", "EUR")),
        ({"amount_above": {"AUD": 500}}, asks_for("900", "USD", "AUD"), asks_for("90", "USD", "AUD")),
        (
            {"codes": ["topic:abuse"], "unless": ["topic:self-harm"]},
            found("topic:abuse"),
            found("topic:abuse", "topic:self-harm"),
        ),
        (
            {"confidence_below": 0.3, "abstentions": 2},
            replace(QUIET, confidence=0.1, abstentions=2),
            replace(QUIET, confidence=0.1, abstentions=1),
        ),
    ],
)
def test_a_rule_holds_when_all_that_it_asks_for_does(when: dict[str, Any], held: Signals, not_held: Signals) -> None:
    assert cause(held, when) == "c1"
    assert cause(not_held, when) is None


def test_the_first_rule_that_holds_decides_with_all_it_says() -> None:
    rules = policy({"codes": ["a"]}, {"codes": ["b"]}, {"codes": ["c"]}, priority="urgent", takes_over=True)
    assert decide(found("c", "b"), rules) == Decision("c2", "Legal", "urgent", "legal", True)


def test_a_cause_is_escalated_once_and_then_the_next_rule_gets_its_turn() -> None:
    signals, rules = found("a", "b"), ({"codes": ["a"]}, {"codes": ["b"]})
    assert cause(replace(signals, escalated=frozenset({"c1"})), *rules) == "c2"
    assert cause(replace(signals, escalated=frozenset({"c1", "c2"})), *rules) is None


@pytest.mark.parametrize(
    ("when", "signals"),
    [
        ({"codes": ["topic:legal"]}, replace(QUIET, codes=None)),
        ({"abstentions": 1, "unless": ["a"]}, replace(QUIET, abstentions=1, codes=None)),
        ({"confidence_below": 0.3}, replace(QUIET, confidence=None)),
        ({"confidence_below": 0.3}, replace(QUIET, confidence=float("nan"))),
        ({"abstentions": 2}, replace(QUIET, abstentions=None)),
        ({"contradictions": 1}, replace(QUIET, contradictions=None)),
        ({"amount_above": {"EUR": 500}}, replace(QUIET, amounts=None)),
        ({"amount_above": {"EUR": 500}}, asks_for("1", "XAU")),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_a_case_for_the_default_team_once(
    when: dict[str, Any], signals: Signals
) -> None:
    rules = policy(when)
    decision = decide(signals, rules)
    assert decision == Decision("unevaluated:c1", "Care", "high", "check-answer", True)
    assert decide(replace(signals, escalated=frozenset({"unevaluated:c1"})), rules) is None


def test_a_rule_before_the_one_that_cannot_be_evaluated_still_decides() -> None:
    signals = replace(found("a"), amounts=None)
    assert cause(signals, {"codes": ["a"]}, {"amount_above": {"EUR": 1}}) == "c1"
    assert cause(signals, {"amount_above": {"EUR": 1}}, {"codes": ["a"]}) == "unevaluated:c1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"when": {}}, "say when"),
        ({"when": {"unless": ["a"]}}, "say when"),
        ({"when": {"amount_above": {"euro": 5}}}, "amount_above"),
        ({"team": "Leagl"}, "'Leagl' is not one of teams"),
        ({"cause": "same"}, "two rules have the cause same"),
        ({"priority": "soon"}, "priority"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        policy({"codes": ["a"]}, {"codes": ["b"]}, **change)


def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    text = POLICY_PATH.read_text(encoding="utf-8")
    wrong = tmp_path / "policy.yaml"
    wrong.write_text(text.replace("priority: urgent", "priority: soon", 1), encoding="utf-8")
    line = text[: text.index("priority: urgent")].count("\n") + 1
    with pytest.raises(PolicyError, match=rf"policy\.yaml:{line}: escalation\.rules\.0\.priority"):
        load_policy(wrong)


def test_the_policy_that_comes_along_has_words_for_its_causes_and_first_steps() -> None:
    section = load_policy().escalation
    english = load(POLICY_PATH.parents[1] / "prompts" / "phrases" / "en.yaml", Phrases).escalation
    assert english
    assert {rule.cause for rule in section.rules} <= english.causes.keys()
    assert {each.first_step for each in (section.default, *section.rules)} <= english.first_steps.keys()
