"""Whether anybody uses a home."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from app.backup.copying import is_sqlite
from app.backup.indexes import wait_until_store_ended
from app.errors import AppUserError


def refuse_if_used(home: Path) -> None:
    """Look for a page, an ingest or any other process that has something in ``home`` open.

    :raises AppUserError: there is one.
    """
    from ingest.store.leases import somebody_holds_a_lease
    from ingest.store.paths import StorePaths

    if not home.is_dir():
        return
    # Its users gone, a store ends by itself within seconds.
    if somebody_holds_a_lease(StorePaths.under(home)) or not wait_until_store_ended(home):
        raise _in_use(home, "its vector store")
    for path in sorted(home.glob("*.db")):
        if is_sqlite(path) and _is_open(path):
            raise _in_use(home, path.name)


def _is_open(database: Path) -> bool:
    """Whether another connection has the database open, be it idle: in exclusive mode one has to be alone."""
    address = f"file:{quote(str(database))}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0.2, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False  # damaged: a reason to restore
    return False


def _in_use(home: Path, what: str) -> AppUserError:
    return AppUserError(f"{home}: is in use ({what} is open): end `polydesk ui` and whatever else runs, then try again")
