"""The tables of figures: what an answer says of itself in numbers and codes, so that the database can count it.

Nothing in them is personal, and all of it can be made again from the answers.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.conversations.tables import Base


class AnswerFiguresRow(Base):
    """One finished answer; times are in milliseconds, scores between 0 and 1."""

    __tablename__ = "answer_figures"
    __table_args__ = (Index(None, "at"),)

    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    conversation_id: Mapped[str] = mapped_column(String(32))
    at: Mapped[int] = mapped_column(BigInteger)  # of the question, in seconds since 1970 (UTC)
    language: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(16))
    handed_over: Mapped[int]  # 1 where a person looks at it, also beside an answer that stands
    model: Mapped[str] = mapped_column(String(200))
    topic: Mapped[str | None] = mapped_column(Text)  # title of the document that it cites first
    confidence: Mapped[float]
    support: Mapped[float | None]  # mean of the sentences that were written
    weakest: Mapped[float | None]  # of those that are shown
    shown: Mapped[int]
    withheld: Mapped[int]
    findings: Mapped[int]
    total_ms: Mapped[float]
    retrieval_ms: Mapped[float]
    guards_ms: Mapped[float]  # on question and passages
    model_ms: Mapped[float]
    gate_ms: Mapped[float]  # on sentences


class AnswerAttemptRow(Base):
    """A model that was asked for an answer."""

    __tablename__ = "answer_attempts"

    message_id: Mapped[int] = mapped_column(
        ForeignKey("answer_figures.message_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model: Mapped[str] = mapped_column(String(200))
    prompt_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    milliseconds: Mapped[float]


class AnswerCodeRow(Base):
    """Why there was no answer (``reason``), or what a guard found (``finding``), and how often."""

    __tablename__ = "answer_codes"

    message_id: Mapped[int] = mapped_column(
        ForeignKey("answer_figures.message_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the guard; empty for a reason
    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int]
