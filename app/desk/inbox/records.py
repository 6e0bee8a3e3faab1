"""What the inbox hands out: plain values, detached from the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.desk.inbox.attachments import Attachment
from app.desk.inbox.vocabulary import Status

By = Literal["help desk", "triage", "agent", ""]
Order = Literal["waiting", "newest", "oldest", "priority"]
ORDERS: tuple[Order, ...] = ("waiting", "newest", "oldest", "priority")


@dataclass(frozen=True, slots=True)
class Label:
    """What one field of a ticket says, and who said so.

    :param probability: of a guess, 0 to 1; None where a person said it.
    :param in_scope: whether a guess is about anything that was learned.
    :param words: of the ticket, those that speak for a guess most.
    """

    value: str = ""
    by: By = ""
    probability: float | None = None
    in_scope: bool = True
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxTicket:
    """A ticket as the list shows it; all times are UTC.

    :param number: its id in the help desk.
    :param title: the subject, or what was first written where there is none.
    :param labels: by queue, type, priority, sentiment; each is there.
    :param duplicate_of: the conversation id of the ticket that this one repeats.
    :param likeness: how probable that is, 0 to 1.
    :param waiting_since: when the customer first wrote what nobody has answered; None where nobody waits.
    """

    conversation_id: str
    source: str
    number: str
    customer_id: str
    subject: str
    title: str
    language: str
    status: Status
    labels: Mapping[str, Label]
    audience: str
    received_at: datetime
    updated_at: datetime
    last_customer_at: datetime | None = None
    waiting_since: datetime | None = None
    first_answered_at: datetime | None = None
    assigned_to: str = ""
    duplicate_of: str | None = None
    duplicate_number: str = ""
    duplicate_reason: str = ""
    likeness: float | None = None

    def label(self, name: str) -> str:
        """The value of a field; empty where nobody said it."""
        return self.labels[name].value


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """One message.

    :param author: customer, agent or participant.
    :param at: UTC; None where the export has no time, or one that cannot be read for certain (``written_at``).
    :param is_ours: written here, and not seen in an export since.
    """

    id: int
    author: str
    name: str
    text: str
    language: str
    internal: bool
    attachments: tuple[Attachment, ...]
    at: datetime | None
    written_at: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A field that an agent set."""

    field: str
    before: str
    after: str
    by: str
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets; an empty part lets all pass.

    :param ids: conversation ids, as a search found them; None where nothing was searched.
    :param duplicates: only duplicates, or none.
    :param before: received before this time.
    """

    statuses: Sequence[Status] = ()
    queue: str = ""
    language: str = ""
    priority: str = ""
    sentiment: str = ""
    customer_id: str = ""
    duplicates: bool | None = None
    ids: Sequence[str] | None = None
    source: str = ""
    audiences: Sequence[str] = ()
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Some tickets of those that a filter lets pass.

    :param count: how many it lets pass.
    """

    tickets: Sequence[InboxTicket]
    count: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What tickets can be filtered by: the values that there are, sorted."""

    queues: Sequence[str] = ()
    types: Sequence[str] = ()
    priorities: Sequence[str] = ()
    sentiments: Sequence[str] = ()
    languages: Sequence[str] = ()

    def of(self, name: str) -> Sequence[str]:
        """The values of queue, type, priority or sentiment."""
        return {"queue": self.queues, "type": self.types, "priority": self.priorities}.get(name, self.sentiments)
