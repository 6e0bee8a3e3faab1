"""The topics of the policy file: examples of each, and where it goes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from guardrails.sections import Fraction, Section

Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Examples = Annotated[dict[str, Annotated[tuple[Example, ...], Field(min_length=1)]], Field(min_length=1)]
TopicName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]


class Topic(Section):
    """One topic and its way on."""

    way: Literal["note", "refuse", "escalate"]
    threshold: Fraction
    examples: Examples  # by ISO 639-1 code; they find their like in every language


class TopicsPolicy(Section):
    """All topics, and the questions that are of none."""

    enabled: bool
    sentence_threshold: Fraction  # least nearness of one sentence among others, which lacks what stands around it
    ordinary: Examples
    named: Annotated[dict[TopicName, Topic], Field(min_length=1)]
