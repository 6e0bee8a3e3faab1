"""All that is held about a customer, and what of it tells who they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from app.audit.forgetting.values import CUSTOMER, PersonalValue
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, EscalationRow, MessageRow, VaultRow
from app.desk.drafts.tables import DraftRow
from app.desk.inbox.tables import TicketCorrectionRow, TicketMessageRow, TicketRow
from guardrails.personal.find import find_personal
from guardrails.personal.placeholders import LITERAL
from guardrails.personal.spans import PERSON
from ingest.ledger.tables import VersionRow

_LEAST_PLAIN = 3  # letters and digits of a value


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is held about some customers.

    :param tickets: conversation ids of their tickets in the inbox.
    :param chats: ids of conversations with the assistant that cite their documents.
    :param documents: ids of their documents, with ``versions`` of the ledger.
    """

    customers: tuple[str, ...]
    tickets: tuple[str, ...]
    chats: tuple[str, ...]
    documents: tuple[str, ...]
    versions: tuple[int, ...]
    values: frozenset[PersonalValue]

    @property
    def is_empty(self) -> bool:
        return not (self.tickets or self.chats or self.versions)


def holdings_of(sessions: Sessions, ledger: Engine, customers: Sequence[str]) -> Holdings:
    """Find it all; nothing is changed."""
    values = {PersonalValue(CUSTOMER, each) for each in customers}
    with Session(ledger) as reading:
        rows = reading.scalars(select(VersionRow).where(VersionRow.customer_id.in_(customers))).all()
        for row in rows:
            for text in (row.title, row.text, row.author):
                values |= _values_in(text, row.language)
        documents = tuple(sorted({row.document_id for row in rows}))
        versions = tuple(sorted(row.id for row in rows))
    with sessions.read() as session:
        mine = select(TicketRow.conversation_id).where(TicketRow.customer_id.in_(customers))
        tickets = tuple(sorted(session.scalars(mine)))
        chats = tuple(sorted(_chats_citing(session, documents)))
        for row_type, value in session.execute(
            select(VaultRow.type, VaultRow.value).where(VaultRow.conversation_id.in_(tickets))
        ):
            if row_type != LITERAL:
                values.add(PersonalValue(row_type, value))
        staff = _staff(session, tickets)
    kept = {each for each in values if each.plain not in staff and len(each.plain) >= _LEAST_PLAIN}
    return Holdings(tuple(customers), tickets, chats, documents, versions, frozenset(kept))


def _values_in(text: str, language: str) -> set[PersonalValue]:
    return {PersonalValue(span.type, text[span.start : span.end]) for span in find_personal(text, language)}


def _chats_citing(session: Session, documents: Iterable[str]) -> set[str]:
    """Conversations in which something of these documents was quoted."""
    found: set[str] = set()
    for document in documents:
        named = json.dumps({"document": document}, ensure_ascii=False)[1:-1]  # as it stands in what is kept
        for table, columns in (
            (MessageRow, (MessageRow.answer_json, MessageRow.partial_json)),
            (EscalationRow, (EscalationRow.packet_json,)),
            (DraftRow, (DraftRow.result_json,)),
        ):
            cites = or_(*(column.contains(named, autoescape=True) for column in columns))
            found |= set(session.scalars(select(table.conversation_id).where(cites)))
    tickets = set(session.scalars(select(ConversationRow.id).where(ConversationRow.kind == "ticket")))
    return found - tickets


def _staff(session: Session, tickets: Sequence[str]) -> set[str]:
    """Names of those who answered, which are not the customer's to be forgotten."""
    names = {each for each in session.scalars(select(TicketRow.assigned_to).distinct()) if each}
    names |= {each for each in session.scalars(select(TicketCorrectionRow.by).distinct()) if each}
    for conversation_id in tickets:
        sealing = Sealing(session, conversation_id)
        told = select(TicketMessageRow.name).where(
            TicketMessageRow.conversation_id == conversation_id, TicketMessageRow.author == "agent"
        )
        names |= {sealing.open(each) for each in session.scalars(told) if each}
    return {PersonalValue(PERSON, name).plain for name in names}
