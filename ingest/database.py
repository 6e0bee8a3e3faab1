"""Open a database by URL, and bring it to the newest migration."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import URL, Connection, Engine, column, create_engine, event, inspect, make_url, select, table, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from ingest.errors import IngestUserError, LedgerError
from ingest.folders import make_folder
from ingest.residency import check_database

if TYPE_CHECKING:
    from alembic.config import Config

_BUSY_MS = 30_000  # a reader waits for a writer's short transaction rather than fail
_LOOK_S = 0.02
# A server that is gone without a word is noticed: https://www.postgresql.org/docs/current/libpq-connect.html
_POSTGRESQL = {
    "connect_timeout": 5,  # seconds
    "tcp_user_timeout": 30_000,  # milliseconds without an acknowledgement
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


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
        make_folder(Path(parsed.database).parent)
        _make_private(parsed.database)
    try:
        if parsed.get_backend_name() == "postgresql":
            engine = create_engine(parsed, pool_pre_ping=True, connect_args=_POSTGRESQL, json_deserializer=orjson.loads)
        else:
            engine = create_engine(parsed, json_deserializer=orjson.loads)
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

    :raises IngestUserError: a newer polydesk has made it.
    """
    found = revision(engine, version_table)
    if found == head:
        return
    if found is not None and found > head:  # revisions are numbers of four digits
        raise IngestUserError(
            f"the database is of a newer polydesk (schema {found}, this one knows {head}): install that one, "
            "or take the database back with its `polydesk database downgrade`"
        )
    from alembic import command

    configuration = alembic_config(location, version_table)
    with changing_schema(engine) as connection:
        if engine.dialect.name == "sqlite" and _revision(connection, version_table) == head:
            return  # somebody else was quicker
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


@contextmanager
def changing_schema(engine: Engine) -> Iterator[Connection]:
    """A transaction for migrations, one at a time for a database; whole, or undone.

    SQLite alters most things by copying a table and dropping the old one. Were foreign keys looked after meanwhile, all
    that refers to that table would be deleted with it; so they are looked at when everything is in its place again.

    :raises LedgerError: something refers to what is not there any more.
    """
    lock_path = _lock_path(engine)
    if lock_path is None:
        with engine.begin() as connection:  # PostgreSQL runs its schema changes in the transaction
            connection.execute(text("SELECT pg_advisory_xact_lock(7265)"))
            yield connection
        return
    from filelock import FileLock

    with FileLock(lock_path), engine.connect() as connection:
        _look_after_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                driver: Any = connection.connection.dbapi_connection
                if not driver.in_transaction:  # Python's driver begins none for a change of the schema
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                before = _astray(connection)
                yield connection
                if (astray := _astray(connection)) > before:
                    raise LedgerError(f"the migration would leave {astray - before} rows that refer to nothing")
        finally:
            _look_after_foreign_keys(connection, "ON")


def alembic_config(location: Path, version_table: str) -> Config:
    """Alembic's configuration for the migrations in ``location``."""
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(location).replace("%", "%%"))
    configuration.attributes["version_table"] = version_table
    return configuration


def revision(engine: Engine, version_table: str) -> str | None:
    """The schema's revision; None where there is none yet."""
    with engine.connect() as connection:
        return _revision(connection, version_table)


def _revision(connection: Connection, version_table: str) -> str | None:
    if not inspect(connection).has_table(version_table):
        return None
    found: str | None = connection.execute(select(column("version_num")).select_from(table(version_table))).scalar()
    return found


def _astray(connection: Connection) -> int:
    return len(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def _look_after_foreign_keys(connection: Connection, state: str) -> None:
    """Within a transaction SQLite would not listen, so none is begun."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA foreign_keys={state}")


def _lock_path(engine: Engine) -> str | None:
    return f"{engine.url.database}.lock" if engine.url.get_backend_name() == "sqlite" else None


def _make_private(file: str) -> None:
    """A new file is its owner's alone, as are those that SQLite puts beside it: customers' words are in it."""
    if file == ":memory:" or file.startswith("file:"):
        return
    with suppress(OSError):  # there already; where it cannot be made, SQLite says why
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


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
