"""All that is held about a person, for the person: what an export under Art. 15 GDPR has to have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.audit.forgetting.holdings import Holdings, holdings_of
from app.audit.tables import AuditRecordRow
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, EscalationRow, MessageRow
from app.desk.drafts.tables import DraftRow
from app.desk.inbox.store import TicketStore
from ingest.ledger.tables import VersionRow
from ingest.paging import pages


def held_about(sessions: Sessions, ledger: Engine, customer_id: str) -> tuple[Holdings, dict[str, Any]]:
    """What is held, as JSON takes it; personal data stands in it as it was written."""
    held = holdings_of(sessions, ledger, [customer_id])
    store = TicketStore(sessions)
    tickets = []
    for conversation_id in held.tickets:
        ticket = store.ticket(conversation_id).model_dump(mode="json")
        with sessions.read() as session:
            sealing = Sealing(session, conversation_id)
            ticket |= {"drafts": _drafts(session, conversation_id, sealing)}
            ticket |= {"cases": _cases(session, conversation_id, sealing)}
        tickets.append(ticket)
    with sessions.read() as session:
        conversations = [_conversation(session, each) for each in held.chats]
        records = _records(session, sessions.pseudonym(customer_id), held.tickets)
    found = {
        "customer_id": customer_id,
        "values": [{"type": each.type, "value": each.value} for each in sorted(held.values)],
        "tickets": tickets,
        "documents": _documents(ledger, held.versions),
        "conversations": conversations,
        "records": records,
    }
    return held, found


def _drafts(session: Session, conversation_id: str, sealing: Sealing) -> list[dict[str, Any]]:
    rows = session.scalars(select(DraftRow).where(DraftRow.conversation_id == conversation_id).order_by(DraftRow.id))
    return [
        {
            "state": row.state,
            "text": sealing.open(row.text),
            "sent": None if row.sent_text is None else sealing.open(row.sent_text),
            "by": row.by,
            "at": row.at.isoformat(),
        }
        for row in rows
    ]


def _cases(session: Session, conversation_id: str, sealing: Sealing) -> list[dict[str, Any]]:
    of_it = select(EscalationRow).where(EscalationRow.conversation_id == conversation_id).order_by(EscalationRow.id)
    return [
        {
            "cause": row.cause,
            "team": row.team,
            "state": row.state,
            "at": row.created_at.isoformat(),
            "answer": sealing.open(row.answer),
            "remark": sealing.open(row.remark),
        }
        for row in session.scalars(of_it)
    ]


def _conversation(session: Session, conversation_id: str) -> dict[str, Any]:
    row, sealing = session.get_one(ConversationRow, conversation_id), Sealing(session, conversation_id)
    said = select(MessageRow).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.id)
    messages = [
        {"role": each.role, "text": sealing.open(each.text), "at": each.created_at.isoformat()}
        for each in session.scalars(said)
    ]
    return {"title": sealing.open(row.title), "at": row.created_at.isoformat(), "messages": messages}


def _documents(ledger: Engine, versions: Sequence[int]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with Session(ledger) as session:
        for page in pages(list(versions)):
            rows = session.scalars(select(VersionRow).where(VersionRow.id.in_(page)).order_by(VersionRow.id))
            found += [
                {
                    "document": row.document_id,
                    "version": row.number,
                    "title": row.title,
                    "state": row.state,
                    "from": row.uri,
                    "text": row.text,
                    "at": row.created_at.isoformat(),
                }
                for row in rows
            ]
    return found


def _records(session: Session, pseudonym: str, tickets: Sequence[str]) -> list[dict[str, Any]]:
    """Who did what with what is held, as the audit has it."""
    subjects = [f"ticket:{each}" for each in tickets]
    found: dict[int, dict[str, Any]] = {}
    named = AuditRecordRow.details.contains(f'"{pseudonym}"', autoescape=True)
    for condition in (named, *(AuditRecordRow.subject.in_(page) for page in pages(subjects))):
        for row in session.scalars(select(AuditRecordRow).where(condition)):
            found[row.number] = {"at": row.at, "actor": row.actor, "action": row.action, "subject": row.subject}
    return [found[number] for number in sorted(found)]
