"""The names that telemetry knows; what has none of them, and whatever is more than a number or a code, is not sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from app.telemetry.steps import Value
from guardrails.yamlfile import load_yaml

FILE = Path(__file__).with_name("vocabulary.yaml")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:,+-]{0,79}")
_OTHER = "other"

Plain = str | bool | int | float | tuple[str, ...]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attribute(_Frozen):
    """What is told of some spans."""

    of: tuple[str, ...]  # kinds of spans
    what: str


class Metric(_Frozen):
    """A figure, and what it is kept apart by."""

    unit: str
    by: tuple[str, ...]


class Vocabulary(_Frozen):
    """The file."""

    spans: dict[str, str]
    attributes: dict[str, Attribute]
    metrics: dict[str, Metric]

    def told(self, span: str, values: Mapping[str, Value]) -> dict[str, Plain]:
        """What may be told of a span of this kind."""
        known = self.attributes
        return {name: plain(value) for name, value in values.items() if name in known and span in known[name].of}

    def measured(self, metric: str, values: Mapping[str, Value]) -> dict[str, Plain]:
        """By what a figure may be kept apart."""
        return {name: plain(value) for name, value in values.items() if name in self.metrics[metric].by}


@cache
def vocabulary() -> Vocabulary:
    """The shipped one."""
    return load_yaml(FILE, Vocabulary)


def plain(value: Value) -> Plain:
    """A number as it is, and words only as codes."""
    if isinstance(value, str):
        return _code(value)
    if isinstance(value, (int, float)):
        return value
    return tuple(map(_code, value))


@lru_cache(maxsize=1024)  # codes are few, and come again with every question
def _code(value: str) -> str:
    return value if not value or _CODE.fullmatch(value) else _OTHER
