"""The small database of who is signed in, who tried to, and who asked how much: ``signins.db`` beside the accounts."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.errors import AppError

_WAIT_SECONDS = 10.0
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS sessions"
    " (token TEXT PRIMARY KEY, name TEXT NOT NULL, stamp TEXT NOT NULL, until REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS attempts (id INTEGER PRIMARY KEY, who TEXT NOT NULL, at REAL NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_attempts_who_at ON attempts (who, at)",
    "CREATE TABLE IF NOT EXISTS used (who TEXT PRIMARY KEY, at REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS asked (id INTEGER PRIMARY KEY, who TEXT NOT NULL, at REAL NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_asked_who_at ON asked (who, at)",
)
_VERSION = 2  # of the tables; one higher with every change of them


class SignInDatabase:
    """Short transactions, each on a connection of its own: safe from any thread and process.

    :raises AppError: from :meth:`transaction`, when the database fails; who asks must then let nobody in.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "signins.db"

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction that shuts other writers out from its start; rolled back when something is raised."""
        try:
            with closing(self._connect()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise AppError(f"{self._path.name}, which says who is signed in, cannot be used: {error}") from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that only reads."""
        try:
            with closing(self._connect()) as connection:
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise AppError(f"{self._path.name}, which says who is signed in, cannot be used: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
        if connection.execute("PRAGMA user_version").fetchone()[0] < _VERSION:
            for statement in (*_SCHEMA, f"PRAGMA user_version = {_VERSION}"):
                connection.execute(statement)
        return connection


def fingerprint(text: str) -> str:
    """What is kept in the place of a token or a name: who reads the database learns neither."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
