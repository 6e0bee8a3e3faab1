"""What people have said of tickets in the inbox, as examples to learn from; guesses are never learned from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from app.desk.inbox.store import TicketStore
from app.desk.inbox.tables import TicketCorrectionRow, TicketRow
from app.desk.tickets import FIELDS, SortedText, sorted_texts


def texts_of_people(store: TicketStore) -> list[SortedText]:
    """What agents have set of any ticket, and what the help desk says of closed ones."""
    corrected = select(TicketCorrectionRow.conversation_id).where(TicketCorrectionRow.field.in_(FIELDS))
    query = select(TicketRow.conversation_id).where(
        or_(TicketRow.status == "closed", TicketRow.conversation_id.in_(corrected))
    )
    with store.sessions.read() as session:
        ids = session.scalars(query.order_by(TicketRow.received_at, TicketRow.conversation_id)).all()
    said = []
    for conversation_id in ids:
        known, ticket = store.get(conversation_id), store.ticket(conversation_id)
        trusted = ("agent", "help desk") if known.status == "closed" else ("agent",)
        labels = {name: label.value if label.by in trusted else "" for name, label in known.labels.items()}
        said.append(ticket.model_copy(update=labels))
    return [each for each in sorted_texts(said) if each.labels]


def with_corrections(texts: Sequence[SortedText], corrected: Sequence[SortedText]) -> list[SortedText]:
    """Both, and where they are of one ticket what people have said of it in the inbox."""
    latest = {(each.id, each.text): each for each in corrected}
    kept = []
    for text in texts:
        known = latest.pop((text.id, text.text), None)
        labels = text.labels | known.labels if known else text.labels
        kept.append(SortedText(text.id, text.text, text.language, labels))
    return [*kept, *latest.values()]
