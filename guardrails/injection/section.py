"""The section ``injection`` of the policy."""

from __future__ import annotations

from guardrails.sections import Fraction, Section


class InjectionPolicy(Section):
    """What counts as an attempt to give the assistant orders."""

    enabled: bool
    classifier: bool  # beside the patterns; it fits one embedding model only
    question_threshold: Fraction  # least probability at which a question, or a sentence of it, is taken for an attack
    passage_threshold: Fraction  # the same for a sentence or table row of a document
