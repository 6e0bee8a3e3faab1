"""Examples of the policy file's own: texts, and what the guards should find in them."""

from __future__ import annotations

from pydantic import Field

from guardrails.sections import Section

NONE = "none"


class PolicyExample(Section):
    """A question, or a sentence of an answer together with the passage it was written from."""

    text: str = Field(min_length=1)
    language: str | None = None  # ISO 639-1 code; found from the text when None
    passage: str | None = None
    expect: str  # the name of a topic or a guard, or ``none``
