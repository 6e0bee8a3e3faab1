"""The tables of drafts, and of the documents that each of them cites."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conversations.tables import Base


class DraftRow(Base):
    """One version of a draft; texts are sealed with the vault of the conversation."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("conversation_id", "version"),
        Index(None, "state", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    result_json: Mapped[str] = mapped_column(Text)
    sent_text: Mapped[str | None] = mapped_column(Text)
    difference_json: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    at: Mapped[datetime]  # since when it is in its state

    documents: Mapped[list[DraftDocumentRow]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )


class DraftDocumentRow(Base):
    """A document that a draft cites."""

    __tablename__ = "draft_documents"
    __table_args__ = (Index(None, "document_id"),)

    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(500), primary_key=True)
