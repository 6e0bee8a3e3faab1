"""Questions in many languages with others that ask the same, and twins that do not."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from guardrails.yamlfile import load_yaml

_FILE = Path(__file__).with_name("same_questions.yaml")


class Asked(BaseModel):
    """A question; an answer to it answers ``same``, and none of ``twins``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: str
    same: tuple[str, ...] = ()
    twins: tuple[str, ...]


class _File(RootModel[dict[str, tuple[Asked, ...]]]):
    pass


def read_same_questions() -> dict[str, tuple[Asked, ...]]:
    """Those that are shipped, by language."""
    return load_yaml(_FILE, _File).root
