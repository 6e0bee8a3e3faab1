"""Reads the history of a ticket's customer out of the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property, lru_cache

from app.desk.history.records import CustomerHistory, EarlierTicket, Told
from app.desk.history.telling import most_telling, sentences_of
from app.desk.inbox.records import InboxTicket, TicketFilter, TicketMessage
from app.desk.inbox.store import TicketStore
from app.desk.inbox.vocabulary import Status
from guardrails.commitments.promises import Promises
from ingest.ledger.reading import readable_by

_ASKED = 2  # sentences
_KNOWN = 500  # tickets
_TOLD = 3  # beside promises, of which none is left out


class CustomerHistories:
    """Histories of the customers of one inbox; safe to share between threads."""

    def __init__(self, store: TicketStore) -> None:
        self._store = store
        # Pages are drawn again and again; an earlier ticket is read again once it has changed.
        self._known = lru_cache(maxsize=_KNOWN)(self._read)

    @cached_property
    def _promises(self) -> Promises:
        return Promises()

    def before(self, ticket: InboxTicket, limit: int = 8) -> CustomerHistory:
        """What the customer of a ticket asked and was told before it; internal notes are no part of it.

        :param limit: of tickets, the newest ones.
        """
        wanted = TicketFilter(
            customer_id=ticket.customer_id,
            source=ticket.source,
            audiences=readable_by(ticket.audience),
            before=ticket.received_at,
        )
        page = self._store.list(wanted, "newest", limit)
        return CustomerHistory(
            ticket.customer_id,
            tuple(self._known(each.conversation_id, each.updated_at, each.status) for each in page.tickets),
            page.count,
        )

    def _read(self, conversation_id: str, _updated_at: datetime, _status: Status) -> EarlierTicket:
        ticket = self._store.get(conversation_id)
        said = [each for each in self._store.messages(ticket.conversation_id) if not each.internal and each.text]
        wrote = [sentence for each in said if each.author == "customer" for sentence in sentences_of(each.text)]
        return EarlierTicket(
            conversation_id=ticket.conversation_id,
            number=ticket.number,
            title=ticket.title,
            language=ticket.language,
            status=ticket.status,
            received_at=ticket.received_at,
            asked=tuple(wrote[place] for place in most_telling(wrote, ticket.language, _ASKED)),
            told=self._told([each for each in said if each.author == "agent"], ticket.language),
        )

    def _told(self, messages: Sequence[TicketMessage], language: str) -> tuple[Told, ...]:
        told = [
            Told(sentence, each.language, each.at, tuple(self._promises.made(sentence)))
            for each in messages
            for sentence in sentences_of(each.text)
        ]
        telling = set(most_telling([each.text for each in told], language, _TOLD))
        return tuple(each for place, each in enumerate(told) if each.promises or place in telling)
