"""The table of confirmations: who has read which change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.conversations.tables import Base


class ChangeConfirmationRow(Base):
    """One agent has read one change.

    The version is one of the ledger's, which may be in another database: there is no key to hold on to.
    """

    __tablename__ = "change_confirmations"
    __table_args__ = (UniqueConstraint("change_id", "by"), Index(None, "by"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    change_id: Mapped[str] = mapped_column(String(64))  # the version's id and what happened to it
    version_id: Mapped[int]
    document_id: Mapped[str] = mapped_column(String(1024))
    number: Mapped[int]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
