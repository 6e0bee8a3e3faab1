"""The one narrow way into the audit: what happened is noted, and kept with the change that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session

from app.audit.acting import actor
from app.audit.actions import Action

Detail = str | int | bool | None | list[str] | list[int]
_NOTED = "audit"


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that somebody did.

    :param subject: what it was done to, as ``kind:id``. Neither this nor ``details`` hold anything personal: ids,
        codes, keyed digests and pseudonyms, so that forgetting a person leaves the chain as it is.
    """

    action: Action
    subject: str
    actor: str
    details: Mapping[str, Detail] = field(default_factory=dict)


class Recorder(Protocol):
    """Keeps what happened where no database transaction is at hand."""

    def record(
        self, action: Action, subject: str, details: Mapping[str, Detail] | None = None, by: str | None = None
    ) -> None:
        """Keep one thing that happened.

        :param by: who did it; whoever acts in this thread when None.
        :raises AppError: it cannot be kept; what it is about must then not be done.
        """
        ...


class Trail(Protocol):
    """Keeps what was noted in a transaction, at its end."""

    def keep(self, session: Session, happened: Sequence[Happened]) -> None: ...

    def digest(self, text: str) -> str:
        """A keyed digest of words that do not belong into a record."""
        ...

    def pseudonym(self, customer_id: str) -> str:
        """What stands in records for a customer."""
        ...


def note(session: Session, action: Action, subject: str, **details: Detail) -> None:
    """Have ``session`` record this when it commits; nothing is kept of a transaction that is rolled back."""
    session.info.setdefault(_NOTED, []).append(Happened(action, subject, actor(), details))


def noted(session: Session) -> list[Happened]:
    """What was noted in this transaction, which is forgotten with this call."""
    found: list[Happened] = session.info.pop(_NOTED, [])
    return found
