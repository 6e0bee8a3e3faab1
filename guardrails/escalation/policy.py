"""The section ``escalation`` of the policy: which cases go to which team."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from guardrails.sections import Fraction, Section

Priority = Literal["low", "normal", "high", "urgent"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
_Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Condition(Section):
    """All that is given must hold."""

    codes: tuple[Name, ...] = ()  # one of these was found: a topic, a guard's finding, a reason of the answer
    unless: tuple[Name, ...] = ()  # none of these was found
    confidence_below: Fraction | None = None  # that the evidence answers the question
    abstentions: int | None = Field(default=None, ge=1)  # at least so many in a row, this answer included
    contradictions: int | None = Field(default=None, ge=1)  # at least so many among live documents
    amount_above: dict[_Currency, Decimal] = Field(default={})  # in the question, by ISO 4217 code

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not (self.model_fields_set - {"unless"}):
            raise ValueError("say when: codes, confidence_below, abstentions, contradictions or amount_above")
        return self


class Handling(Section):
    """Who looks at a case, and how soon."""

    team: Name
    priority: Priority = "normal"
    first_step: str = Field(min_length=1)  # a key of ``first_steps`` in prompts/phrases, or the company's own words
    takes_over: bool = False  # a person answers in the assistant's place; otherwise the answer stands beside


class Rule(Handling):
    """One cause for which a person is asked."""

    cause: Name  # stable; a conversation is escalated once for each
    when: Condition


class EscalationPolicy(Section):
    """The rules in their order: the first that holds decides."""

    teams: tuple[Name, ...] = Field(min_length=1)
    default: Handling  # of a case for which a rule could not be evaluated
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _teams_are_known_and_causes_differ(self) -> Self:
        for handling in (self.default, *self.rules):
            if handling.team not in self.teams:
                raise ValueError(f"team {handling.team!r} is not one of teams: {', '.join(self.teams)}")
        causes = [rule.cause for rule in self.rules]
        if twice := {cause for cause in causes if causes.count(cause) > 1}:
            raise ValueError(f"two rules have the cause {', '.join(sorted(twice))}; give each its own")
        return self
