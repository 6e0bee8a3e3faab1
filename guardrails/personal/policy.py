"""The section of the policy about personal data."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from guardrails.personal.spans import TYPES
from guardrails.sections import Fraction, Section


def _compiles(pattern: str) -> str:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if compiled.match(""):
        raise ValueError("this pattern fits an empty text, and so everywhere")
    return pattern


def _is_type(name: str) -> str:
    if name not in TYPES:
        raise ValueError(f"no such type: {name}; one of {', '.join(TYPES)}")
    return name


class PersonalPolicy(Section):
    """What counts as personal data, beside what every company's customers have."""

    enabled: bool = True
    threshold: Fraction = 0.5  # least score of what is masked
    leave: tuple[Annotated[str, AfterValidator(_is_type)], ...] = ()  # types that are not masked
    numbers: tuple[Annotated[str, AfterValidator(_compiles)], ...] = ()  # the company's order and customer numbers
    presidio: tuple[str, ...] = ()  # recognisers of presidio-analyzer, by the names of their classes
    not_personal: tuple[Annotated[str, Field(min_length=2)], ...] = ()  # names of products and the like
