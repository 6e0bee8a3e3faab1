"""Who has read which change, in the database of conversations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.recorder import note
from app.conversations.sessions import Sessions
from app.conversations.signing import plain_name, signature
from app.desk.changes.brief import Brief
from app.desk.changes.tables import ChangeConfirmationRow


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody has read a change."""

    by: str
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class ReadState:
    """Who has read a change and who has not, of those who ever confirmed one; by name."""

    read: tuple[Confirmation, ...]
    unread: tuple[str, ...]


class ConfirmationStore:
    """Every call is one short transaction, safe from any thread.

    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._read, self._write = sessions.read, sessions.write

    def confirm(self, brief: Brief, by: str) -> Confirmation:
        """Somebody has read a change; who says so again read it when they first did.

        :raises ConversationUserError: nobody is named.
        """
        row = ChangeConfirmationRow(
            change_id=brief.id,
            version_id=brief.version_id,
            document_id=brief.document,
            number=brief.number,
            by=signature(by),
            at=datetime.now(UTC),
        )
        with self._write() as session:
            try:
                with session.begin_nested():
                    session.add(row)
            except IntegrityError:
                same = select(ChangeConfirmationRow).where(
                    ChangeConfirmationRow.change_id == brief.id, ChangeConfirmationRow.by == row.by
                )
                row = session.scalars(same).one()
            else:
                note(session, "change.confirmed", f"change:{brief.id}", version=brief.version_id)
            return Confirmation(row.by, row.at)

    def state(self, change_id: str) -> ReadState:
        """Who has read one change, the first first."""
        wanted = (
            select(ChangeConfirmationRow)
            .where(ChangeConfirmationRow.change_id == change_id)
            .order_by(ChangeConfirmationRow.at, ChangeConfirmationRow.id)
        )
        with self._read() as session:
            read = tuple(Confirmation(row.by, row.at) for row in session.scalars(wanted))
            everybody = session.scalars(select(ChangeConfirmationRow.by).distinct()).all()
        return ReadState(read, tuple(sorted(set(everybody) - {each.by for each in read})))

    def read_by(self, by: str) -> frozenset[str]:
        """The ids of the changes that somebody has read."""
        wanted = select(ChangeConfirmationRow.change_id).where(ChangeConfirmationRow.by == plain_name(by))
        with self._read() as session:
            return frozenset(session.scalars(wanted))

    def unread(self, briefs: Iterable[Brief], by: str) -> list[Brief]:
        """Those of ``briefs`` that somebody has not read; all of them for somebody without a name."""
        read = self.read_by(by)
        return [brief for brief in briefs if brief.id not in read]
