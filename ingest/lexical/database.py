"""The file of the index: SQLite in WAL mode, so that readers see whole transactions whatever happens to the writer.

Of an entry's text only its terms are kept, to take exactly these out of the full-text structure when the entry goes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import IngestUserError, StoreError

_BUSY_S = 30.0  # a writer waits for another one's transaction; readers never wait
_CACHE_KIB = 16_000
_LAYOUT = 2
_MEND = "delete it and run `polydesk documents verify --repair`"

# Terms come apart at spaces only: `ascii` leaves other writings alone, and every mark of ASCII counts as a letter.
_TERM_MARKS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum() and chr(code) not in "\"'")
_SCHEMA = f"""
CREATE TABLE entries (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, language TEXT NOT NULL, words_language TEXT NOT NULL,
  digest TEXT NOT NULL, words INTEGER NOT NULL, identifiers INTEGER NOT NULL);
CREATE TABLE entry_terms (number INTEGER PRIMARY KEY, packed BLOB NOT NULL); -- apart, so that scoring reads small rows
CREATE TABLE totals (words_language TEXT PRIMARY KEY, entries INTEGER NOT NULL, words INTEGER NOT NULL);
CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN
  INSERT INTO totals VALUES (new.words_language, 1, new.words) ON CONFLICT (words_language)
  DO UPDATE SET entries = entries + 1, words = words + new.words;
END;
CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN
  UPDATE totals SET entries = entries - 1, words = words - old.words WHERE words_language = old.words_language;
END;
CREATE VIRTUAL TABLE texts USING fts5(terms, content='', columnsize=0, tokenize="ascii tokenchars '{_TERM_MARKS}'");
CREATE VIRTUAL TABLE occurrences USING fts5vocab(texts, instance);
CREATE VIRTUAL TABLE frequencies USING fts5vocab(texts, row);
PRAGMA user_version = {_LAYOUT};
"""  # noqa: S608  # the marks are a constant


class DamagedIndexError(IngestUserError):
    """What the file holds contradicts itself."""


class Database:
    """Connections to one file, lent to one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[tuple[sqlite3.Connection, tuple[int, int]]] = []
        self._lock = threading.Lock()
        self._closed = False
        with self._borrowed():
            pass

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the index for several queries.

        :raises DamagedIndexError: its content contradicts itself.
        :raises IngestUserError: the file cannot be used.
        :raises StoreError: the index is closed, or the database failed.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is whole on disk when it ends without an error, and undone otherwise; raises alike."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def compact(self) -> None:
        """Give the room of what was deleted back to the disk."""
        with self._borrowed() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection, _file in idle:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._borrowed() as connection:
            connection.execute(begin)
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        """A connection that goes back when all went well, and is closed, which undoes its transaction, when not."""
        with self._errors_named():
            connection, file = self._take()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            with self._lock:
                if not self._closed:
                    self._idle.append((connection, file))
                    return
            connection.close()

    def _take(self) -> tuple[sqlite3.Connection, tuple[int, int]]:
        file = self._file()
        while True:
            with self._lock:
                if self._closed:
                    raise StoreError(f"the lexical index {self._path} is closed: open it again")
                found = self._idle.pop() if self._idle else None
            if found is None:
                return self._open()
            if found[1] == file:
                return found
            found[0].close()  # the file was deleted or replaced since

    def _open(self) -> tuple[sqlite3.Connection, tuple[int, int]]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=32
        )
        try:
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            # The ledger publishes what was written here, so it must have reached the disk.
            connection.execute("PRAGMA synchronous = FULL")
            layout = _layout(connection)
            if layout == 0:
                self._create(connection)
            elif layout != _LAYOUT:
                raise IngestUserError(f"the lexical index {self._path} is of another version of polydesk: {_MEND}")
        except BaseException:
            connection.close()
            raise
        return connection, self._file()

    def _create(self, connection: sqlite3.Connection) -> None:
        from filelock import FileLock

        # Switching to WAL mode does not wait for others who do the same.
        with FileLock(f"{self._path}.lock", mode=0o600):
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            if _layout(connection) == 0:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
            self._path.chmod(0o600)  # customers' words

    def _file(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return 0, 0
        return status.st_dev, status.st_ino

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IngestUserError(
                f"the lexical index {self._path} cannot be kept there ({error.strerror}): "
                "set POLYDESK_HOME to a folder you may write"
            ) from error
        except sqlite3.Error as error:
            raise self._named(error) from error

    def _named(self, error: sqlite3.Error) -> IngestUserError | StoreError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind, the rest its detail
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return DamagedIndexError(f"the lexical index {self._path} is damaged: {_MEND}")
        if code == sqlite3.SQLITE_FULL:
            return IngestUserError(f"the disk that holds {self._path} is full: free some space and run it again")
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            return IngestUserError(
                f"the lexical index {self._path} cannot be opened ({error}): "
                "set POLYDESK_HOME to a folder you may write"
            )
        return StoreError(f"the lexical index {self._path} failed: {error}")


def _layout(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found
