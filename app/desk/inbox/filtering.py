"""Which tickets, and in which order, as SQL."""

from __future__ import annotations

from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, case, func

from app.desk.inbox.records import Order, TicketFilter
from app.desk.inbox.tables import TicketRow
from app.desk.inbox.vocabulary import words_for
from app.escalations.records import PRIORITIES

_Row = TypeVarTuple("_Row")
_MOST_NAMED = 900  # variables of one statement: SQLite once took no more than 999


def filtered(query: Select[*_Row], wanted: TicketFilter) -> Select[*_Row]:
    """``query`` with what a filter asks for."""
    if wanted.statuses:
        query = query.where(TicketRow.status.in_(wanted.statuses))
    for field in ("queue", "language", "priority", "sentiment", "customer_id", "source"):
        if value := getattr(wanted, field):
            query = query.where(getattr(TicketRow, field) == value)
    if wanted.audiences:
        query = query.where(TicketRow.audience.in_(wanted.audiences))
    if wanted.duplicates is not None:
        is_duplicate = TicketRow.duplicate_of.is_not(None)
        query = query.where(is_duplicate if wanted.duplicates else ~is_duplicate)
    if wanted.before is not None:
        query = query.where(TicketRow.received_at < wanted.before)
    if wanted.ids is not None:
        query = query.where(TicketRow.conversation_id.in_(list(wanted.ids)[:_MOST_NAMED]))
    return query


def ordered(query: Select[*_Row], order: Order) -> Select[*_Row]:
    """``query`` in an order that is the same each time."""
    newest = TicketRow.received_at.desc()
    last = TicketRow.conversation_id
    match order:
        case "waiting":  # those that nobody waits for come last, in which SQLite and PostgreSQL do not agree
            return query.order_by(*_waiting(), newest, last)
        case "priority":
            return query.order_by(_rank(), *_waiting(), newest, last)
        case "oldest":
            return query.order_by(TicketRow.received_at, last)
        case "newest":
            return query.order_by(newest, last)


def _waiting() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    waits = TicketRow.waiting_since.is_not(None) & (TicketRow.status == "open")
    return case((waits, 0), else_=1), case((waits, TicketRow.waiting_since), else_=None)


def _rank() -> ColumnElement[int]:
    said = func.lower(TicketRow.priority)
    named = [(said.in_(sorted(words)), rank) for rank, each in enumerate(PRIORITIES) if (words := words_for(each))]
    return case(*named, else_=PRIORITIES.index("normal"))
