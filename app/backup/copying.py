"""Copy one file of a home while others write to it."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from app.errors import AppError

_SQLITE = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html#magic_header_string
_BUSY_S = 30.0
_ATTEMPTS = 5
_BLOCK = 1 << 20


def is_sqlite(path: Path) -> bool:
    """Whether the file is a SQLite database, whatever its name."""
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE


def copy_database(source: Path, target: Path) -> None:
    """A SQLite database as it is at one moment; its writers do not wait.

    :raises AppError: it is damaged, or cannot be read.
    """
    try:
        address = f"file:{quote(str(source))}?mode=rw"  # not ro: a log that a crash left behind has to be read in
        with (
            closing(sqlite3.connect(address, uri=True, timeout=_BUSY_S)) as of,
            closing(sqlite3.connect(target)) as to,
        ):
            of.backup(to)
            to.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, without a log beside it
            said = to.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise AppError(f"{source.name} cannot be copied: {error}") from error
    if said != "ok":
        raise AppError(f"{source.name} is damaged, and so would the backup be: {' '.join(str(said).split())}")


def empty_table(database: Path, name: str) -> None:
    """Delete all rows of a table of a copied database; nothing happens where it has no such table.

    :raises AppError: the database cannot be written.
    """
    try:
        with closing(sqlite3.connect(database)) as connection, connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
            if known.fetchone():
                connection.execute(f'DELETE FROM "{name}"')  # noqa: S608  # a name of ours
    except sqlite3.Error as error:
        raise AppError(f"{database.name} cannot be copied: {error}") from error


def copy_file(source: Path, target: Path) -> None:
    """A file that is replaced as a whole, or only ever written to at its end.

    :raises FileNotFoundError: it is not there any more.
    :raises AppError: it was written to in its middle at every attempt.
    """
    for _ in range(_ATTEMPTS):
        with source.open("rb") as of:
            size = os.fstat(of.fileno()).st_size
            copied = _copy(of.fileno(), target, size)
            if (
                _digest(of.fileno(), size) == copied
            ):  # read twice: the time of a change is only told to some milliseconds
                return
    raise AppError(f"{source.name} changes all the time and could not be copied: run this again")


def _copy(descriptor: int, target: Path, size: int) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as to:
        for block in _beginning(descriptor, size):
            digest.update(block)
            to.write(block)
    return digest.hexdigest()


def _digest(descriptor: int, size: int) -> str:
    digest = hashlib.sha256()
    for block in _beginning(descriptor, size):
        digest.update(block)
    return digest.hexdigest()


def _beginning(descriptor: int, size: int) -> Iterator[bytes]:
    """The first ``size`` bytes of an open file, or as many as there are."""
    at = 0
    while block := os.pread(descriptor, min(_BLOCK, size - at), at):
        at += len(block)
        yield block
