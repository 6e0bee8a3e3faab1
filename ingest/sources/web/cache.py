"""What was fetched before: validators and what a listing needs, never the page itself.

It is a cache: a file of another version or a damaged one is begun anew, and the cost is that
every page is downloaded once more. An answer is written down as soon as it came, whether or not
its page is ever published; :class:`ingest.sources.web.source.WebSource` downloads again what it
is asked to read and has no body of.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from ingest.errors import IngestError, IngestUserError
from ingest.sources.web.pages import Page

_VERSION = 1  # changes with the tables, and with the rules by which a page is read
_TABLES = """
CREATE TABLE answers (
    url TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    title TEXT NOT NULL,
    page TEXT NOT NULL,
    fetched_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE listings (
    source TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (source, uri)
) WITHOUT ROWID;
"""
_WAIT_S = 30.0


@dataclass(frozen=True)
class Remembered:
    """One answer of the past; a validator that was not given is empty."""

    etag: str
    last_modified: str
    page: Page


class WebCache:
    """The cache in one SQLite file; for several threads and processes.

    :raises IngestUserError: the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._opened()
        except (OSError, sqlite3.OperationalError) as error:
            raise IngestUserError(f"{path}: cannot be opened ({error}); check the folder's permissions") from error

    def get(self, url: str) -> Remembered | None:
        rows = self._run("SELECT etag, last_modified, page FROM answers WHERE url = ?", (url,))
        if not rows:
            return None
        try:
            return Remembered(rows[0][0], rows[0][1], Page.model_validate_json(rows[0][2]))
        except ValidationError:
            return None

    def put(self, url: str, etag: str, last_modified: str, page: Page) -> None:
        self._run(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                url,
                etag,
                last_modified,
                page.content_hash,
                page.title,
                json.dumps(page.model_dump(exclude_defaults=True), ensure_ascii=False),
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )

    def forget(self, url: str) -> None:
        self._run("DELETE FROM answers WHERE url = ?", (url,))

    def note_listing(self, source: str, uris: list[str]) -> None:
        """Remember that ``source`` listed these items, so that it can tell that one has vanished."""
        self._run("INSERT OR IGNORE INTO listings SELECT ?, value FROM json_each(?)", (source, json.dumps(uris)))

    def was_listed(self, source: str, uri: str) -> bool:
        return bool(self._run("SELECT 1 FROM listings WHERE source = ? AND uri = ?", (source, uri)))

    def close(self) -> None:
        self._connection.close()

    def _run(self, statement: str, values: tuple[str, ...]) -> list[tuple[str, ...]]:
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise IngestError(f"{self.path}: {error}; remove the file, it is only a cache") from error

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # not a database, or a damaged one
            for ending in ("", "-wal", "-shm"):
                Path(f"{self.path}{ending}").unlink(missing_ok=True)
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        # One statement a transaction: a killed run loses at most the answer it was writing.
        connection = sqlite3.connect(self.path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                for table in ("answers", "listings"):
                    connection.execute(f"DROP TABLE IF EXISTS {table}")
                for statement in filter(str.strip, _TABLES.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={_VERSION}")
            connection.execute("COMMIT")
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection
