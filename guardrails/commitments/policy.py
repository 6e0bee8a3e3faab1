"""When a passage gives what a sentence promises."""

from __future__ import annotations

from guardrails.sections import Fraction, Section


class CommitmentsPolicy(Section):
    """Likeness is the cosine of the sentence and a unit of a cited passage."""

    enabled: bool
    likeness: Fraction  # least likeness to a unit that speaks of what is promised
    likeness_without_words: Fraction  # least likeness to a unit in another language, whose words for it may be unknown
