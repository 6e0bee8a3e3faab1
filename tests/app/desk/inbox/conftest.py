"""An inbox in a real database, and tickets to put into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.conversations.sessions import Sessions
from app.desk.inbox.intake import TicketIntake
from app.desk.inbox.store import TicketStore
from ingest.sources.tickets import Message, Ticket

Take = Callable[..., str]


def made(number: str = "T-1", text: str = "Where is my parcel?", *replies: str, **more: Any) -> Ticket:
    """A ticket of one customer, on one day; replies of an agent follow an hour apart."""
    messages = [Message(author="customer", at="2026-03-01T09:00:00Z", text=text)]
    messages += [
        Message(author="agent", name="Ana Lima", at=f"2026-03-01T{hour}:00:00Z", text=reply)
        for hour, reply in enumerate(replies, 10)
    ]
    values = {
        "id": number,
        "customer_id": "C-1",
        "subject": "Parcel",
        "created_at": "2026-03-01T09:00:00Z",
        "messages": messages,
    }
    return Ticket.model_validate(values | more)


@pytest.fixture
def store(sessions: Sessions) -> TicketStore:
    return TicketStore(sessions)


@pytest.fixture
def take(sessions: Sessions) -> Take:
    """Takes a ticket in; its conversation id."""

    def taken(ticket: Ticket, language: str = "en", source: str = "zendesk") -> str:
        return TicketIntake(sessions, source).take(ticket, language).conversation_id

    return taken
