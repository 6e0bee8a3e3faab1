"""The tables of the audit, in the database of what it is about, so that both are kept or neither."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.conversations.tables import Base

HEAD_ROW = 1


class AuditRecordRow(Base):
    __tablename__ = "audit_records"
    __table_args__ = (Index(None, "action"), Index(None, "subject"))

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))  # text, as it is hashed
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """The one row of this table is where the chain ends; its lock is what writers wait for."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    day: Mapped[str] = mapped_column(String(10))
    signature: Mapped[str] = mapped_column(String(64))


class AuditSealRow(Base):
    __tablename__ = "audit_seals"

    count: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))
    day: Mapped[str] = mapped_column(String(10))
    sealed_at: Mapped[str] = mapped_column(String(32))
    signature: Mapped[str] = mapped_column(String(64))
