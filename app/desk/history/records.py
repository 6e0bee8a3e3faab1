"""The history of a customer as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.desk.inbox.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an agent, word for word.

    :param promises: the kinds of what it promises, as ``guardrails/commitments/kinds.yaml`` names them; mostly none.
    """

    text: str
    language: str
    at: datetime | None  # UTC; None where the export has no time
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierTicket:
    """One earlier ticket of the same customer.

    :param asked: the customer's most telling sentences, word for word.
    :param told: the agents' most telling ones, promises among them.
    """

    conversation_id: str
    number: str
    title: str
    language: str
    status: Status
    received_at: datetime  # UTC
    asked: tuple[str, ...]
    told: tuple[Told, ...]

    @property
    def promised(self) -> tuple[Told, ...]:
        """What agents promised."""
        return tuple(each for each in self.told if each.promises)


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """The earlier tickets of one customer, the newest first.

    :param count: how many there are; more than these where they are very many.
    """

    customer_id: str
    tickets: tuple[EarlierTicket, ...]
    count: int
