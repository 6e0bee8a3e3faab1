"""The words for people who take a case over: what it is about, why it came to them, what to do first."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.slots import slots

SUMMARY_SLOTS = frozenset({"cause", "number", "language", "question", "customer", "documents", "withheld"})


class EscalationPhrases(BaseModel):
    """The part ``escalation`` of a language's file; English takes its place where it is missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: str = Field(min_length=1)  # one paragraph
    none: str = Field(min_length=1)  # in the place of a customer or documents that are not known
    causes: dict[str, str]  # by the rule's cause in guardrails/policy.yaml
    first_steps: dict[str, str]

    @model_validator(mode="after")
    def _summary_has_its_slots(self) -> Self:
        if slots(self.summary) != SUMMARY_SLOTS:
            raise ValueError(f"summary must contain {', '.join(f'{{{name}}}' for name in sorted(SUMMARY_SLOTS))}")
        return self
