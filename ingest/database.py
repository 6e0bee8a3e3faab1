"""Open a database by URL, and bring it to the newest migration."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, column, create_engine, event, inspect, make_url, select, table, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from ingest.errors import IngestUserError
from ingest.residency import check_database

if TYPE_CHECKING:
    from alembic.config import Config

_BUSY_MS = 30_000  # a reader waits for a writer's short transaction rather than fail
_LOOK_S = 0.02


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_database(url: str) -> Engine:
    """An engine for ``url``; SQLite in WAL mode with foreign keys on.

    :raises IngestUserError: the URL cannot be used or its server cannot, or must not, be reached.
    """
    check_database(url)
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise IngestUserError("the database URL cannot be read: write sqlite:///FILE or postgresql://…") from None
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    elif parsed.database:
        _make_folder(Path(parsed.database).parent)
    try:
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() == "postgresql")
    except ModuleNotFoundError:
        raise IngestUserError("PostgreSQL needs its driver: pip install 'polydesk[postgresql]'") from None
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    try:
        with engine.connect():
            pass
    except DatabaseError as error:
        reason = str(error.orig).splitlines()[0] if error.orig else "no reason given"
        raise IngestUserError(f"the database {parsed.render_as_string()} cannot be opened: {reason}") from error
    return engine


def migrate(engine: Engine, location: Path, version_table: str, head: str) -> None:
    """Upgrade to ``head``, the newest revision in ``location``.

    A database that is there already is recognised by one query, because importing
    Alembic would cost every command a quarter of a second.
    """
    if _revision(engine, version_table) == head:
        return
    from alembic import command
    from filelock import FileLock

    configuration = alembic_config(location, version_table)
    lock_path = _lock_path(engine)
    if lock_path is None:
        with engine.begin() as connection:  # PostgreSQL runs its schema changes in the transaction
            connection.execute(text("SELECT pg_advisory_xact_lock(7265)"))
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")
        return
    with FileLock(lock_path):
        if _revision(engine, version_table) == head:
            return
        with engine.begin() as connection:
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")


def alembic_config(location: Path, version_table: str) -> Config:
    """Alembic's configuration for the migrations in ``location``."""
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(location).replace("%", "%%"))
    configuration.attributes["version_table"] = version_table
    return configuration


def _revision(engine: Engine, version_table: str) -> str | None:
    if not inspect(engine).has_table(version_table):
        return None
    with engine.connect() as connection:
        found: str | None = connection.execute(select(column("version_num")).select_from(table(version_table))).scalar()
        return found


def _lock_path(engine: Engine) -> str | None:
    return f"{engine.url.database}.lock" if engine.url.get_backend_name() == "sqlite" else None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IngestUserError(f"the folder {folder} cannot be made: {error.strerror}") from error


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch to WAL mode; where another process is just doing so, SQLite does not wait, whatever its timeout says."""
    end = time.monotonic() + _BUSY_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(_LOOK_S)
