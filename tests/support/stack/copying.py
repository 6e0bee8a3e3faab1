"""Copies what a home has on the servers, for whoever copies its folder."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.stack.homes import POSTGRES, database_of, ensure_database


def copy_on_servers(source: Path, copy: Path, conversations: bool = True, vectors: bool = True) -> None:
    """Give a copy of a home its rows and vectors; nothing is to be done where both lie in its files."""
    if POSTGRES not in os.environ:
        return
    _copy_rows(database_of(source), database_of(copy), conversations)
    if vectors:
        _copy_vectors(source, copy)


def _copy_rows(source: str, copy: str, conversations: bool) -> None:
    """A database can be copied whole only while nobody is connected, so the copy is filled table by table."""
    from ingest.ledger.tables import Base

    ensure_database(source)
    ensure_database(copy)
    with psycopg.connect(source) as old, psycopg.connect(copy) as new:
        new.execute("SET session_replication_role = replica")  # rows may refer to what comes later
        names = [name for (name,) in old.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        for name in names if conversations else set(names) & set(Base.metadata.tables):
            table = sql.Identifier(name)
            new.execute(sql.SQL("DELETE FROM {}").format(table))
            with (
                old.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(table)) as out,
                new.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as into,
            ):
                for block in out:
                    into.write(block)
        for name, last in old.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall():
            if last is not None:
                new.execute("SELECT setval(%s::regclass, %s)", (f'"{name}"', last))


def _copy_vectors(source: Path, copy: Path) -> None:
    from ingest.settings import IngestSettings
    from ingest.store import open_store

    old, new = (IngestSettings(home=home).chroma_server for home in (source, copy))
    with open_store(source, old) as here, open_store(copy, new) as there:
        for name in here.list_collections():
            found = here.collection(name)
            there.collection(name).add(found.get(found.ids()))
