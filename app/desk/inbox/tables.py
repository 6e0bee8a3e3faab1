"""The tables of tickets; a ticket hangs on a conversation, so that its vault, cases and drafts do, too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.conversations.tables import Base


class TicketRow(Base):
    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("source", "number", name="uq_tickets_source_number"),
        Index(None, "customer_id"),
        Index(None, "status"),
        Index(None, "received_at"),
        Index(None, "duplicate_of"),
    )

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(255))
    customer_id: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(Text, default="")  # sealed
    language: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    imported_status: Mapped[str] = mapped_column(String(16))  # as the help desk last had it
    queue: Mapped[str] = mapped_column(Text, default="")
    type: Mapped[str] = mapped_column(Text, default="")
    priority: Mapped[str] = mapped_column(Text, default="")
    sentiment: Mapped[str] = mapped_column(Text, default="")
    labels_json: Mapped[str] = mapped_column(Text, default="{}")  # by field: who said so, how probable, why (sealed)
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("tickets.conversation_id", ondelete="SET NULL"))
    likeness: Mapped[float | None]
    duplicate_reason: Mapped[str] = mapped_column(String(32), default="")
    duplicate_by: Mapped[str] = mapped_column(String(16), default="")
    audience: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    last_customer_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    first_answered_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    assigned_to: Mapped[str] = mapped_column(String(200), default="")
    more_json: Mapped[str] = mapped_column(Text, default="{}")  # what else the help desk said, sealed
    digest: Mapped[str] = mapped_column(String(64), default="")


class TicketMessageRow(Base):
    __tablename__ = "ticket_messages"
    __table_args__ = (Index(None, "conversation_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("tickets.conversation_id", ondelete="CASCADE"))
    place: Mapped[int]
    author: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text, default="")  # sealed
    at: Mapped[str] = mapped_column(String(64), default="")  # as it is written in the export
    text: Mapped[str] = mapped_column(Text, default="")  # sealed
    language: Mapped[str] = mapped_column(String(16))
    internal: Mapped[bool] = mapped_column(default=False)
    attachments_json: Mapped[str] = mapped_column(Text, default="[]")  # sealed
    is_ours: Mapped[bool] = mapped_column(default=False)  # written here and not yet seen in an export


class TicketCorrectionRow(Base):
    __tablename__ = "ticket_corrections"
    __table_args__ = (Index(None, "conversation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("tickets.conversation_id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(32))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]


class TicketVectorRow(Base):
    """What a customer first wrote, as the embedding model of a fingerprint places it."""

    __tablename__ = "ticket_vectors"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("tickets.conversation_id", ondelete="CASCADE"), primary_key=True
    )
    fingerprint: Mapped[str] = mapped_column(String(128))
    digest: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes]  # float32
