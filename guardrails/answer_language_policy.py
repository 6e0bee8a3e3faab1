"""When an answer is surely in another language than the question."""

from __future__ import annotations

from pydantic import Field

from guardrails.sections import Fraction, Section


class AnswerLanguagePolicy(Section):
    """From when a sentence is surely in another language."""

    enabled: bool
    least_words: int = Field(ge=1)  # fewer say nothing
    least_confidence: Fraction
    least_confidence_of_near: Fraction  # where the languages are near relations, as Portuguese and Spanish
    foreign_writing: Fraction  # share of the letters in another writing from which it is another language
    foreign_words: int = Field(ge=1)  # function words of the other language that a mixed sentence may not have
