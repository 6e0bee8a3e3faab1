"""Opening the database of conversations, migrated to the newest version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import SQLAlchemyError

import ingest.database
from app.conversations.errors import ConversationError

if TYPE_CHECKING:
    from app.settings import Settings

VERSION_TABLE = "polydesk_conversations_version"
HEAD = "0011"  # the newest revision in migrations/versions
MIGRATIONS = Path(__file__).parent / "migrations"


def default_url(home: Path) -> str:
    """The SQLite database under ``home`` that is used when no database URL is set."""
    return ingest.database.sqlite_url(home / "conversations.db")


def database_url(settings: Settings) -> str:
    """Where the settings say that conversations are kept."""
    return settings.database_url or default_url(settings.home)


def open_database(url: str) -> tuple[Engine, Engine]:
    """Two views of one engine on ``url``, for reading and for writing, with the schema migrated.

    :raises IngestUserError: the URL cannot be used or its server cannot be reached.
    :raises ConversationError: the migration failed.
    """
    engine = ingest.database.open_database(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _announce_writer)
    writer = engine.execution_options(writes=True)
    try:
        ingest.database.migrate(writer, MIGRATIONS, VERSION_TABLE, HEAD)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise ConversationError(f"the database of conversations cannot be migrated: {reason}") from error
    return engine, writer


def _announce_writer(connection: Connection) -> None:
    # A SQLite reader that turns writer half way fails at once instead of waiting, so writers say so at the start.
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
