"""The policy of the guards: thresholds and weights that operations may edit, validated on load."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from guardrails.answer_language_policy import AnswerLanguagePolicy
from guardrails.commitments.policy import CommitmentsPolicy
from guardrails.escalation.policy import EscalationPolicy
from guardrails.examples import PolicyExample
from guardrails.injection.section import InjectionPolicy
from guardrails.leaks.policy import LeaksPolicy
from guardrails.personal.policy import PersonalPolicy
from guardrails.sections import Fraction, Section
from guardrails.topics.policy import TopicsPolicy
from guardrails.yamlfile import load_yaml

POLICY_PATH = Path(__file__).with_name("policy.yaml")


class GroundingPolicy(Section):
    """When a sentence of an answer counts as supported by the passages."""

    threshold: Fraction  # least support of a sentence that may be shown
    correction_threshold: Fraction  # least support by a passage that takes a wrong citation's place
    attach_similarity: Fraction  # least cosine at which an uncited sentence is given its citation
    no_content_similarity: Fraction  # least cosine at which a sentence without facts may stand
    least_content_words: int = Field(ge=1)  # fewer, and no quantity: the sentence states no fact
    unsupported_quantity_ceiling: Fraction  # the score is at most this when a quantity is not in the evidence
    judge_threshold: Fraction  # least probability that a judge, where one is given, must see
    judge: str | None = Field(default=None, pattern=r"^ollama:\S+$")  # a second opinion on what passed
    repairs: int = Field(default=0, ge=0, le=8)  # sentences of an answer that a model may write anew when refused


class GuardsPolicy(Section):
    """What holds for every guard."""

    seconds: float = Field(gt=0, le=60)  # that one may take; what is not checked by then does not pass


class Policy(Section):
    """The whole file; one key a guard."""

    guards: GuardsPolicy
    grounding: GroundingPolicy
    escalation: EscalationPolicy
    topics: TopicsPolicy
    commitments: CommitmentsPolicy
    leaks: LeaksPolicy
    answer_language: AnswerLanguagePolicy
    personal: PersonalPolicy = PersonalPolicy()
    injection: InjectionPolicy
    examples: tuple[PolicyExample, ...] = ()  # beside those of the topics


def load_policy(path: Path = POLICY_PATH) -> Policy:
    """The policy in ``path``.

    :raises PolicyError: with the file and the line, when it does not fit.
    """
    return load_yaml(path, Policy)
