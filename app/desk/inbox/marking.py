"""Marks duplicates in the inbox; where an agent has said that a ticket is none, it stays none."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sqlalchemy import select

from app.conversations.sessions import Sessions
from app.desk.duplicates.finding import Candidate, find_duplicates
from app.desk.duplicates.policy import DuplicatesPolicy, load_duplicates_policy
from app.desk.inbox.tables import TicketRow
from app.desk.inbox.vectors import TicketVectors


def mark_duplicates(
    sessions: Sessions, fingerprint: str, text: Callable[[str], str], policy: DuplicatesPolicy | None = None
) -> int:
    """Look at all tickets that this embedding model has placed; how many are duplicates now.

    :param text: what the customer of a ticket first wrote, by conversation id.
    """
    placed = TicketVectors(sessions).load(fingerprint)
    query = select(TicketRow.conversation_id, TicketRow.customer_id, TicketRow.received_at)
    with sessions.read() as session:
        known = {each[0]: Candidate(*each) for each in session.execute(query)}
    places = [place for place, each in enumerate(placed.ids) if each in known]
    candidates = [known[placed.ids[place]] for place in places]
    found = find_duplicates(candidates, placed.vectors[places], policy or load_duplicates_policy(), cache(text))
    with sessions.write() as session:
        rows = session.scalars(select(TicketRow).where(TicketRow.duplicate_by != "agent"))
        for row in rows:
            duplicate = found.get(row.conversation_id)
            row.duplicate_of = duplicate.original if duplicate else None
            row.likeness = round(duplicate.likeness, 4) if duplicate else None
            row.duplicate_reason = duplicate.reason if duplicate else ""
            row.duplicate_by = "triage" if duplicate else ""
        session.flush()
        marked = select(TicketRow.conversation_id).where(TicketRow.duplicate_of.is_not(None))
        return len(session.scalars(marked).all())
