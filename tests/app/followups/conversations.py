"""The conversations of ``conversations*.yaml``, and what the rules make of their last questions."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from app.answers import Turn, Understanding
from app.followups import understand

_HERE = Path(__file__).parent


class Conversation(BaseModel):
    """One conversation; each question is written under its language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: Literal["place", "product", "date", "amount", "customer", "anaphor", "addition", "alone"]
    turns: tuple[dict[str, str], ...]
    follow_up: dict[str, str]
    standalone: str = ""
    documents: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        return next(iter(self.follow_up))

    @property
    def question(self) -> str:
        return next(iter(self.follow_up.values()))

    @property
    def changes_language(self) -> bool:
        return self.language not in self.turns[-1]


def read_conversations(*names: str) -> list[Conversation]:
    """Those of the files ``conversations{name}.yaml``."""
    entries = [
        entry
        for name in names
        for entry in yaml.safe_load((_HERE / f"conversations{name}.yaml").read_text(encoding="utf-8"))
    ]
    return [Conversation.model_validate(entry) for entry in entries]


def history_of(conversation: Conversation) -> tuple[Turn, ...]:
    """The earlier turns, each understood after those before it."""
    turns: list[Turn] = []
    for asked in conversation.turns:
        ((language, text),) = asked.items()
        understood = understand(text, language, turns)
        turns.append(Turn(role="user", text=text, language=language, understood=understood))
        turns.append(Turn(role="assistant", text="…", language=language))
    return tuple(turns)


def understood(conversation: Conversation) -> Understanding | None:
    """How the rules understand the last question."""
    return understand(conversation.question, conversation.language, history_of(conversation))
