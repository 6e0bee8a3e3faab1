"""Chains of records to tamper with, and databases that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.audit import reading
from app.audit.keys import AuditKey
from app.audit.record import Head, Record, Seal
from app.audit.recorder import Happened
from app.audit.trail import ChainTrail
from app.audit.verifying import Verdict, verify
from app.conversations.database import default_url
from app.conversations.sessions import Sessions

KEY = AuditKey(b"a key of 32 characters or more, for tests")
BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on by some minutes whenever it is looked at."""

    def __init__(self, minutes: int = 10) -> None:
        self._now = BEGIN
        self._step = timedelta(minutes=minutes)

    def __call__(self) -> datetime:
        self._now += self._step
        return self._now


def open_sessions(home: Path, minutes: int = 10, outside: Path | None = None) -> tuple[Sessions, ChainTrail]:
    """A database in ``home`` with an audit whose clock is ours."""
    trail = ChainTrail(lambda: KEY, outside, Clock(minutes))
    return Sessions(default_url(home), trail), trail


def write_records(sessions: Sessions, count: int) -> None:
    """Records of several kinds, each in a transaction of its own."""
    for number in range(1, count + 1):
        sessions.record("ticket.opened", f"ticket:{number % 17}", {"place": number}, f"account:agent{number % 5}")


class Chain:
    """What a database holds of the audit, to be changed at will."""

    def __init__(self, records: Sequence[Record], head: Head | None, seals: Sequence[Seal]) -> None:
        self.records = list(records)
        self.head = head
        self.seals = list(seals)
        self.outside: list[Seal] = []

    @classmethod
    def read(cls, sessions: Sessions) -> Chain:
        with sessions.read() as session:
            return cls(list(reading.records(session)), reading.head(session), reading.seals(session))

    def copy(self) -> Chain:
        return Chain(self.records, self.head, self.seals)

    def verdict(self) -> Verdict:
        return verify(self.records, self.head, self.seals, self.outside, KEY)

    def place(self) -> int:
        """The first place at which something is found to be wrong; 0 where nothing is."""
        faults = self.verdict().faults
        return faults[0].number if faults else 0

    def number_anew(self, first: int = 1) -> None:
        """As an intruder does who wants no gap to be seen."""
        self.records = [replace(each, number=number) for number, each in enumerate(self.records, first)]

    def chain_anew(self, start: int) -> None:
        """Make every hash from the record at index ``start`` on fit again, as anybody can who has no key."""
        previous = self.records[start - 1].hash if start else "0" * 64
        for place in range(start, len(self.records)):
            record = replace(self.records[place], previous=previous)
            record = replace(record, hash=record.content_hash())
            self.records[place], previous = record, record.hash


def happened(number: int) -> Happened:
    return Happened("ticket.opened", f"ticket:{number}", "account:somebody", {"place": number})
