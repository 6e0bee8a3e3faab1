"""What the store of escalations hands out: plain values, detached from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from app.escalations.packet import Packet
from guardrails.escalation.policy import Priority

State = Literal["open", "acknowledged", "answered", "closed"]
STATES: tuple[State, ...] = get_args(State)
WAITING: tuple[State, ...] = ("open", "acknowledged", "answered")  # for a person to do something
PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "normal", "low")  # the most pressing first


@dataclass(frozen=True, slots=True)
class Escalation:
    """One case in the queue; who did what with it, and when (UTC)."""

    id: int
    conversation_id: str
    cause: str
    team: str
    priority: Priority
    state: State
    packet: Packet
    created_at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    remark: str = ""
    answer: str = ""  # what a person told the customer
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a person answered, as it could stand in the knowledge base: with placeholders for personal data."""

    escalation_id: int
    question: str
    answer: str
    language: str
    team: str
    answered_by: str
    answered_at: datetime | None
