"""The documents as somebody may see them: which there are, in which versions, and what each says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine

from app.errors import AppUserError
from ingest.comparison import Difference, compare
from ingest.ledger.collections import Collections
from ingest.ledger.history import DocumentHistory, VersionLine
from ingest.ledger.reading import readable_by
from ingest.ledger.run_history import RunHistory, RunLine


class Library:
    """Policies and articles for readers of one audience at a time; safe to share between threads.

    Tickets are not in it: they are read with their customer. A version that the reader may not read is as if it
    were not there.
    """

    def __init__(self, engine: Engine) -> None:
        self._history = DocumentHistory(engine)
        self._collections = Collections(engine)
        self._runs = RunHistory(engine)

    def documents(self, audience: str, as_of: date) -> list[VersionLine]:
        """For each document the version live on that day, else the last one; by title."""
        lines = [line for line in self._history.documents(as_of) if _is_readable(line, audience)]
        return sorted(lines, key=lambda line: (line.title.casefold(), line.document_id))

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
