"""Takes what was deleted out of a database's files, where it would stay until something is written over it."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ingest.store.paths import StorePaths

_WAIT_S = 60.0  # for others to end what they are doing
_LOOK_S = 0.1


def scrub_sqlite(path: Path) -> None:
    """Write the file anew without what was deleted, and empty its write-ahead log; others may go on using it.

    :raises LedgerError: others did not let go of it in time.
    """
    end = time.monotonic() + _WAIT_S
    while True:
        try:
            with closing(sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)) as connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("VACUUM")
                busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) and "busy" not in str(error):
                raise LedgerError(f"{path}: what was deleted cannot be taken out: {error}") from error
            busy = 1
        if not busy:
            return
        if time.monotonic() > end:
            raise LedgerError(f"{path} is in use all the time: what was deleted is still in it; run this again")
        time.sleep(_LOOK_S)


def scrub(engine: Engine) -> None:
    """The same for the database behind an engine; PostgreSQL writes its tables anew.

    :raises LedgerError: it cannot be done now.
    """
    from sqlalchemy import inspect, text
    from sqlalchemy.exc import SQLAlchemyError

    if engine.url.get_backend_name() == "sqlite":
        if engine.url.database:
            scrub_sqlite(Path(engine.url.database))
        return
    quote = engine.dialect.identifier_preparer.quote
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET lock_timeout = {int(_WAIT_S * 1000)}"))
            for table in inspect(engine).get_table_names():
                connection.execute(text(f"VACUUM FULL {quote(table)}"))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise LedgerError(f"what was deleted cannot be taken out of the database: {reason}") from error


def scrub_store(paths: StorePaths) -> None:
    """The same for the files of Chroma, whether its server runs or not.

    The index of a collection that was deleted stays in a folder of its own, which no segment names any more.

    :raises LedgerError: they are in use all the time.
    """
    database = paths.data / "chroma.sqlite3"
    if not database.exists():
        return
    scrub_sqlite(database)
    with closing(sqlite3.connect(database, timeout=_WAIT_S)) as connection:
        known = {str(row[0]) for row in connection.execute("SELECT id FROM segments")}
    for folder in paths.data.iterdir():
        if folder.is_dir() and folder.name not in known and (folder / "header.bin").exists():
            shutil.rmtree(folder, ignore_errors=True)
