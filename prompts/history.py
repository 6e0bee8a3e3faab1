"""The prompt that sums up a customer's earlier tickets, and the tickets as it shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prompts.answering import defused_line
from prompts.files import load
from prompts.messages import FamilyTemplate, Messages

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

SLOTS = frozenset({"language_english", "language_own", "fence", "tickets"})

_TEMPLATE = Path(__file__).parent / "templates" / "history.yaml"


class HistoryMessages(Messages):
    """The messages that ask for a summary."""

    slots_wanted = SLOTS


class HistoryTemplate(FamilyTemplate[HistoryMessages]):
    """``prompts/templates/history.yaml``."""


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """One earlier ticket as the prompt shows it; all texts are one line each."""

    day: str  # ISO 8601
    title: str
    asked: Sequence[str]
    told: Sequence[str]
    promised: Sequence[str]


def history_prompt(family: str | None) -> ChatPromptTemplate:
    """A system and a user message whose variables are :data:`SLOTS`.

    :param family: ``llama3.1``, ``mistral-small``, …; None for the default.
    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().for_family(family).chat_template()


def history_texts() -> list[str]:
    """The words of every family's prompt.

    :raises prompts.errors.PromptError: the template file is malformed.
    """
    return _template().texts()


def render_tickets(tickets: Sequence[ShownTicket], fence: str) -> str:
    """The tickets as the prompt shows them, what looks like a fence defused."""
    return "\n\n".join(_rendered(ticket, fence) for ticket in tickets)


def _rendered(ticket: ShownTicket, fence: str) -> str:
    lines = [f"Ticket of {ticket.day}: {defused_line(ticket.title, fence)}"]
    for name, sentences in (("Asked", ticket.asked), ("Told", ticket.told), ("Promised", ticket.promised)):
        lines += [f"{name}: {defused_line(sentence, fence)}" for sentence in sentences]
    return "\n".join(lines)


@cache
def _template() -> HistoryTemplate:
    return load(_TEMPLATE, HistoryTemplate)
