"""The documents as somebody may see them: which there are, in which versions, and what each says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache

from sqlalchemy import Engine

from app.errors import AppUserError
from ingest.comparison import Difference, compare
from ingest.documents import KINDS
from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger
from ingest.ledger.history import DocumentHistory, VersionLine
from ingest.ledger.reading import LedgerReader, Scope, readable_by
from ingest.ledger.run_history import RunHistory, RunLine
from ingest.settings import IngestSettings

_DAYS_KEPT = 256


@contextmanager
def open_library(settings: IngestSettings) -> Iterator[Library]:
    """The library of a home, until the context ends."""
    engine = open_ledger(settings.home, settings.database_url)
    try:
        yield Library(engine)
    finally:
        engine.dispose()


class Library:
    """Policies and articles for readers of one audience at a time; safe to share between threads.

    Tickets are not in it: they are read with their customer. A version that the reader may not read is as if it
    were not there.
    """

    def __init__(self, engine: Engine) -> None:
        self._history = DocumentHistory(engine)
        self._collections = Collections(engine)
        self._runs = RunHistory(engine)
        self._reader = LedgerReader(engine)
        self._in_force = lru_cache(_DAYS_KEPT)(self._read_in_force)

    def documents(self, audience: str, as_of: date) -> list[VersionLine]:
        """For each document the version live on that day, else the last one; by title."""
        lines = [line for line in self._history.documents(as_of) if _is_readable(line, audience)]
        return sorted(lines, key=lambda line: (line.title.casefold(), line.document_id))

    def in_force(self, audience: str, day: date) -> frozenset[int]:
        """The versions of what this audience may read that were in force on a day; read again only after a change."""
        return self._in_force(audience, day, self._reader.generation())

    def holds_throughout(self, audience: str, first: date, last: date) -> bool:
        """Whether the same versions were in force on every day from ``first`` to ``last``."""
        days = [day for day in self._history.days_of_change() if first < day <= last]
        return all(self.in_force(audience, day) == self.in_force(audience, first) for day in days)

    def _read_in_force(self, audience: str, day: date, _generation: tuple[object, ...]) -> frozenset[int]:
        scope = Scope(day, audience, kinds=frozenset(KINDS) - {"ticket"})
        return frozenset(version.id for version in self._reader.live_versions(scope))

    def versions(self, document_id: str, audience: str, as_of: date) -> list[VersionLine]:
        """Every version of a document, oldest first.

        :raises AppUserError: there is none for this audience.
        """
        lines = [line for line in self._history.versions(document_id, as_of) if _is_readable(line, audience)]
        if not lines:
            raise AppUserError(f"{document_id}: no such document; it may have been renamed")
        return lines

    def text(self, version: VersionLine) -> str:
        """The parsed text of a version."""
        return self._history.text(version.id)

    def differences(self, old: VersionLine, new: VersionLine) -> list[Difference]:
        """What changed from one version to another, in reading order."""
        return compare(self._collections.version(old.id).chunks, self._collections.version(new.id).chunks)

    def runs(self, most: int = 50) -> Sequence[RunLine]:
        """The last ingest runs, the newest first."""
        return self._runs.latest(most)


def _is_readable(line: VersionLine, audience: str) -> bool:
    return line.kind != "ticket" and line.customer_id is None and line.audience in readable_by(audience)
