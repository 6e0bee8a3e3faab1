"""The word lists behind the rules for the full stop, read from ``abbreviations.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    never_final: dict[str, list[str]]
    before_number: dict[str, list[str]]
    may_be_final: dict[str, list[str]]
    months: dict[str, list[str]]
    before_ordinal: list[str]
    before_letter: list[str]
    starters: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Lower-case words of all languages together, without their last dot."""

    never_final: frozenset[str]
    before_number: frozenset[str]
    may_be_final: frozenset[str]
    months: frozenset[str]
    before_ordinal: frozenset[str]
    before_letter: frozenset[str]
    starters: frozenset[str]


@cache
def abbreviations() -> Abbreviations:
    """The lists, read and validated once.

    :raises pydantic.ValidationError: when the data file has an unknown or missing list.
    """
    # BaseLoader: in plain YAML the abbreviation "no" would be the truth value False. In C it is three times as fast.
    file = Path(__file__).parent / "abbreviations.yaml"
    raw = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506  # builds strings, lists and mappings only
    data = _File.model_validate(raw)
    return Abbreviations(
        never_final=_together(data.never_final),
        before_number=_together(data.before_number),
        may_be_final=_together(data.may_be_final),
        months=_together(data.months),
        before_ordinal=frozenset(data.before_ordinal),
        before_letter=frozenset(data.before_letter),
        starters=_together(data.starters),
    )


def _together(lists: dict[str, list[str]]) -> frozenset[str]:
    return frozenset(word for words in lists.values() for word in words)
