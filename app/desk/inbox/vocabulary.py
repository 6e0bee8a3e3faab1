"""What the words of help desks for states and priorities mean here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from guardrails.escalation.policy import Priority
from guardrails.yamlfile import load_yaml

Status = Literal["open", "waiting", "closed"]
STATUSES: tuple[Status, ...] = ("open", "waiting", "closed")
_PATH = Path(__file__).with_name("vocabulary.yaml")


class _Statuses(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    waiting: frozenset[str]
    closed: frozenset[str]


class _Priorities(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    urgent: frozenset[str]
    high: frozenset[str]
    low: frozenset[str]


class _Vocabulary(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    statuses: _Statuses
    priorities: _Priorities


def status_of(said: str) -> Status:
    """What a help desk's state of a ticket means; ``waiting`` is for the customer."""
    known, word = _vocabulary().statuses, _plain(said)
    return "waiting" if word in known.waiting else "closed" if word in known.closed else "open"


def priority_of(said: str) -> Priority:
    """How pressing a ticket with this priority is."""
    known, word = _vocabulary().priorities, _plain(said)
    if word in known.urgent:
        return "urgent"
    return "high" if word in known.high else "low" if word in known.low else "normal"


def words_for(priority: Priority) -> frozenset[str]:
    """All words for a priority, in small letters; none for normal, which is what no word says otherwise."""
    known = _vocabulary().priorities
    return {"urgent": known.urgent, "high": known.high, "low": known.low}.get(priority, frozenset())


@cache
def _vocabulary() -> _Vocabulary:
    return load_yaml(_PATH, _Vocabulary)


def _plain(said: str) -> str:
    return " ".join(said.casefold().split())
