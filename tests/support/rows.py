"""Looks into a database past the code that keeps it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from ingest.database import open_database


def rows_of(url: str, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in the database at ``url``, SQLite or PostgreSQL."""
    engine = open_database(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found
