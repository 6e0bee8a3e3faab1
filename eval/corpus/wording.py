"""What the pages of one language are put together from: patterns with slots, in ``languages/*.yaml``."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "pl", "ar", "hi", "ja", "zh", "th")
SLOTS = frozenset({"product", "amount", "limit", "days", "months", "percent", "place", "date", "hours", "code"})
_VARIED = frozenset({"product", "amount", "date", "code"})  # slots with thousands of values
_SLOT = re.compile(r"\{(\w*)\}")


def _known(pattern: str) -> str:
    if unknown := sorted(set(_SLOT.findall(pattern)) - SLOTS):
        raise ValueError(f"unknown slot {{{unknown[0]}}}; use one of {', '.join(sorted(SLOTS))}")
    return pattern


def _distinct(pattern: str) -> str:
    slots = set(_SLOT.findall(pattern))
    if len(slots) < 2 or not slots & _VARIED:
        raise ValueError(f"two slots are needed, one of them {', '.join(sorted(_VARIED))}: texts would repeat")
    return pattern


def _numbered(pattern: str) -> str:
    # A digit at its end lets a heading of plain text be told from a sentence in every script.
    if not pattern.endswith("{product}"):
        raise ValueError("a heading ends with {product}")
    return pattern


Pattern = Annotated[str, AfterValidator(_known)]
SentencePattern = Annotated[Pattern, AfterValidator(_distinct)]
HeadingPattern = Annotated[Pattern, AfterValidator(_numbered)]


class Topic(BaseModel):
    """A section's heading and the sentences it may consist of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: HeadingPattern
    sentences: tuple[SentencePattern, ...] = Field(min_length=4)


class Wording(BaseModel):
    """One language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    locale: str  # as babel names it: how numbers, shares and dates are written
    money: str = Field(pattern=r"\{number\}")
    scale: int = 1  # what one pound or euro is in this currency, roughly
    decimals: int = Field(default=2, ge=0, le=2)
    digits: str = Field(default="", pattern=r"^(.{10})?$")  # of the script, used in a third of the pages
    joiner: str = " "  # between two sentences
    title: HeadingPattern
    places: tuple[str, ...] = Field(min_length=5)
    columns: tuple[str, str, str, str]  # place, service, fee, duration
    services: tuple[str, ...] = Field(min_length=3)
    duration: Pattern
    lead_in: SentencePattern
    items: tuple[SentencePattern, ...] = Field(min_length=4)
    topics: tuple[Topic, ...] = Field(min_length=4)


@cache
def wording(language: str) -> Wording:
    """The wording of one of :data:`LANGUAGES`."""
    return Wording.model_validate(_load(f"languages/{language}.yaml"))


@cache
def products() -> tuple[str, ...]:
    """Names that products are given, the same in every language."""
    return TypeAdapter(tuple[str, ...]).validate_python(tuple(_load("products.yaml")))


def _load(name: str) -> list[str] | dict[str, object]:
    text = resources.files("eval.corpus").joinpath(name).read_text(encoding="utf-8")
    loaded: list[str] | dict[str, object] = yaml.safe_load(text)
    return loaded
