"""The table of reports that a passage is wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.conversations.tables import Base


class PassageReportRow(Base):
    __tablename__ = "passage_reports"
    __table_args__ = (Index(None, "state"), Index(None, "document_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    quote: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    remark: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    reported_by: Mapped[str] = mapped_column(String(200))
    reported_at: Mapped[datetime]
    settled_by: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")
