"""The inbox with all its parts, opened together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from app.answers import Findings, Question
from app.conversations.sessions import Sessions
from app.desk.history.reading import CustomerHistories
from app.desk.inbox.handing_over import HandingOver
from app.desk.inbox.searching import TicketSearch
from app.desk.inbox.store import TicketStore
from app.escalations.store import EscalationStore
from app.guarding import open_policy
from app.settings import Settings

if TYPE_CHECKING:
    from app.models.model import ChatModel


@dataclass(frozen=True, slots=True)
class Inbox:
    """Tickets, and what can be done with them; safe to share between threads.

    :param model: the connected language model now, or None.
    """

    tickets: TicketStore
    search: TicketSearch
    histories: CustomerHistories
    handing_over: HandingOver
    model: Callable[[], ChatModel | None]


def open_inbox(
    settings: Settings,
    sessions: Sessions,
    search: Callable[[Question], Findings],
) -> Inbox:
    """The inbox in the database of conversations.

    :param search: what is found in the documents for a question.
    """
    from app.models.choosing import choose_model
    from ingest.knowledge import open_centred_embedder

    store = TicketStore(sessions)
    policy = open_policy(settings.policy)
    return Inbox(
        store,
        TicketSearch(sessions, cache(lambda: open_centred_embedder(settings))),
        CustomerHistories(store),
        HandingOver(store, EscalationStore(sessions), lambda: policy.current().escalation, search),
        lambda: choose_model(settings),
    )
