"""Open the ledger's database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from ingest.database import migrate, open_database, sqlite_url

HEAD = "0005"
VERSION_TABLE = "polydesk_ledger_version"
MIGRATIONS = Path(__file__).parent / "migrations"


def open_ledger(home: Path, url: str | None = None) -> Engine:
    """The ledger's engine, migrated; ``home/ledger.db`` unless ``url`` names another database."""
    engine = open_database(url or sqlite_url(home / "ledger.db"))
    migrate(engine, MIGRATIONS, VERSION_TABLE, HEAD)
    return engine
