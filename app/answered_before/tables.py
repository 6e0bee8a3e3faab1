"""The table of answers that may be given again. Words stand in the conversation of the answer alone, sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.conversations.tables import Base


class AnsweredBeforeRow(Base):
    """One answer, and what has to be as it was: it goes with its message, and so with whatever is erased or kept no
    longer."""

    __tablename__ = "answered_before"
    __table_args__ = (Index(None, "depends_on"), Index(None, "kept_at"))

    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    depends_on: Mapped[str] = mapped_column(String(32))
    documents: Mapped[str] = mapped_column(String(32))  # what was live, as the ledger's Standing has it
    vector: Mapped[bytes] = mapped_column(LargeBinary)  # of the question, float16
    kept_at: Mapped[datetime]
