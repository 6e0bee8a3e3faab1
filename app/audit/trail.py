"""Writes the chain: each record within the transaction that it is about, one writer after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from app.audit.acting import actor
from app.audit.errors import AuditError
from app.audit.keys import AuditKey
from app.audit.record import Head, Record, Seal, canonical, content_hash
from app.audit.recorder import Happened
from app.audit.sealed_outside import publish
from app.audit.tables import HEAD_ROW, AuditHeadRow, AuditRecordRow, AuditSealRow
from app.conversations.tables import Base

_ACTOR_CHARACTERS = 200
# Put together once, and beside the mapper: this way a record costs a third of what it would.
_HEAD = Base.metadata.tables[AuditHeadRow.__tablename__]
_ENDS = (_HEAD.c.count, _HEAD.c.hash, _HEAD.c.day, _HEAD.c.signature)
_WHERE_IT_ENDS = select(*_ENDS).where(_HEAD.c.id == HEAD_ROW).with_for_update()
_MOVE = update(_HEAD).where(_HEAD.c.id == HEAD_ROW)
_ADD = insert(Base.metadata.tables[AuditRecordRow.__tablename__])
_SEAL = insert(Base.metadata.tables[AuditSealRow.__tablename__])
_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class ChainTrail:
    """The chain behind one database; safe to share between threads and processes.

    :param open_key: asked for at the first use.
    :param seals_outside: a file outside of the home to which every seal is written as well.
    """

    def __init__(
        self,
        open_key: Callable[[], AuditKey],
        seals_outside: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._open_key = open_key
        self._outside = seals_outside
        self._clock = clock

    @cached_property
    def key(self) -> AuditKey:
        """:raises AuditUserError: there is none that can be used."""
        return self._open_key()

    @property
    def seals_outside(self) -> Path | None:
        return self._outside

    def digest(self, text: str) -> str:
        return self.key.digest(text)

    def pseudonym(self, customer_id: str) -> str:
        return self.key.pseudonym(customer_id)

    def keep(self, session: Session, happened: Sequence[Happened]) -> None:
        """Put records at the end of the chain; they are there when the transaction of ``session`` commits.

        The last day on which anything happened is sealed before the first record of the next.

        :raises AuditError: there is no end to put them at.
        """
        if not happened:
            return
        head = locked_head(session)
        at = self._now()
        if not head.is_signed(self.key):  # somebody else wrote there: it must not be signed away
            happened = [_damaged(head), *happened]
        elif head.count and head.day < at[:10]:
            self._seal(session, head, at)
        records: list[Record] = []
        previous, number = head.hash, head.count
        for one in happened:
            number += 1
            records.append(self._record(number, at, one, previous))
            previous = records[-1].hash
        session.flush()
        session.connection().execute(_ADD, [_values(record) for record in records])
        self._move(session, Head.signed(number, previous, at[:10], self.key))

    def seal(self, session: Session) -> Seal | None:
        """Seal the chain as it is now; None where nothing happened since the last seal.

        :raises AuditError: its end is not as it was written.
        """
        head = locked_head(session)
        if not head.is_signed(self.key):
            raise AuditError("the end of the audit is not as it was written: run `polydesk audit verify`")
        if not head.count or session.get(AuditSealRow, head.count) is not None:
            return None
        return self._seal(session, head, self._now())

    def _seal(self, session: Session, head: Head, at: str) -> Seal:
        seal = Seal.of(head, at, self.key)
        if session.get(AuditSealRow, head.count) is None:
            session.connection().execute(_SEAL, _seal_values(seal))
        if self._outside is not None:
            outside = self._outside
            event.listen(session, "after_commit", lambda _session: _publish(outside, seal), once=True)
        return seal

    def _record(self, number: int, at: str, one: Happened, previous: str) -> Record:
        who, details = one.actor[:_ACTOR_CHARACTERS], canonical(one.details)
        found = content_hash(number, at, who, one.action, one.subject, details, previous)
        signature = self.key.sign("record", found)
        return Record(number, at, who, one.action, one.subject, details, previous, found, signature)

    def _move(self, session: Session, head: Head) -> None:
        values = {"count": head.count, "hash": head.hash, "day": head.day, "signature": head.signature}
        session.connection().execute(_MOVE, values)

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds")


def locked_head(session: Session) -> Head:
    """Where the chain ends; nobody else can move it until the transaction of ``session`` is over.

    :raises AuditError: the row is gone.
    """
    row = session.connection().execute(_WHERE_IT_ENDS).first()
    if row is None:
        raise AuditError("the end of the audit was removed: restore the database from a backup")
    return Head(*row)


def _damaged(head: Head) -> Happened:
    return Happened("audit.damaged", "audit:head", actor(), {"count": head.count, "hash": head.hash})


def _publish(path: Path, seal: Seal) -> None:
    """What is committed stays so: a seal that cannot be written outside is in the database, and written later."""
    try:
        publish(path, [seal])
    except OSError as error:
        _log.error("a seal of the audit cannot be written to %s: %s", path, error.strerror)


def _values(record: Record) -> dict[str, object]:
    return {name: getattr(record, name) for name in Record.__dataclass_fields__}


def _seal_values(seal: Seal) -> dict[str, object]:
    return {name: getattr(seal, name) for name in Seal.__dataclass_fields__}
