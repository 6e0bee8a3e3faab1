"""Schemas are seen without a change, tried before they are changed, and taken back without losing what can stay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from app.conversations.database import default_url
from app.conversations.database import open_database as open_conversations
from app.errors import AppUserError
from app.schemas.schema import BASE, Schema, schemas
from app.settings import Settings
from ingest import knowledge
from ingest.database import changing_schema, open_database
from ingest.errors import IngestUserError, LedgerError
from ingest.ledger.engine import open_ledger
from tests.support.command import Command, command_with
from tests.support.hashed_embedder import hashed
from tests.support.postgres import emptied

_AT = "'2026-01-01 00:00:00'"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = tmp_path / "home"
    monkeypatch.setenv("POLYDESK_HOME", str(home))
    return Settings(home=home)


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_with(hashed(), (knowledge,), monkeypatch, capsys)


@pytest.fixture
def home(settings: Settings) -> Path:
    """A home with a conversation and its message."""
    open_ledger(settings.home).dispose()
    engine, _ = open_conversations(default_url(settings.home))
    with engine.begin() as connection:
        for table, known in (("conversations", {"id": "'c1'"}), ("messages", {"conversation_id": "'c1'"})):
            columns = {row[1]: row for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")}
            wanted = {name: known.get(name, _filled(row[2])) for name, row in columns.items() if row[3] and not row[5]}
            wanted |= known
            names, values = ", ".join(f'"{name}"' for name in wanted), ", ".join(wanted.values())
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"))  # noqa: S608
    engine.dispose()
    return settings.home


def _filled(kind: str) -> str:
    if kind.startswith(("VARCHAR", "TEXT")):
        return "'user'"
    return _AT if kind.startswith("DATETIME") else "0"


def counts(home: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(home / "conversations.db")) as connection:
        both = "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)"
        conversations, messages = connection.execute(both).fetchone()
        return conversations, messages


def by_name(settings: Settings, name: str) -> Schema:
    return next(schema for schema in schemas(settings) if schema.name == name)


@pytest.mark.local("schemas of files")
def test_looking_at_a_home_that_is_not_there_makes_nothing(settings: Settings) -> None:
    assert [schema.standing().state for schema in schemas(settings)] == ["not there yet"] * 2
    assert not settings.home.exists()


@pytest.mark.local("schemas of files")
def test_a_way_back_keeps_what_the_earlier_version_knew_and_leads_forward_again(home: Path, settings: Settings) -> None:
    schema = by_name(settings, "conversations")
    assert schema.downgrade("0003")  # among others, the table that messages refer to is copied and dropped
    assert (schema.standing().revision, schema.standing().state, counts(home)) == ("0003", "behind", (1, 1))
    assert schema.standing().pending[0] == "0004"
    schema.upgrade()
    assert (schema.standing().state, counts(home)) == ("current", (1, 1))


@pytest.mark.local("schemas of files")
def test_trying_prints_what_would_be_done_and_does_nothing_of_it(home: Path, settings: Settings) -> None:
    before = {path.name: path.stat().st_size for path in home.iterdir()}
    for schema in schemas(settings):
        tried = schema.downgrade(BASE, dry_run=True)
        assert any("DROP TABLE" in statement for statement in tried)
        assert schema.standing().state == "current"
    assert {path.name: path.stat().st_size for path in home.iterdir() if path.name in before} == before
    assert counts(home) == (1, 1)
    assert not list(home.glob(".trial-*"))


@pytest.mark.local("schemas of files")
def test_a_revision_that_is_none_or_no_earlier_one_is_refused(home: Path, settings: Settings) -> None:
    schema = by_name(settings, "ledger")
    for wrong in ("9999", "head", schema.head, ""):
        with pytest.raises(AppUserError):
            schema.downgrade(wrong)


@pytest.mark.local("schemas of files")
def test_a_migration_that_would_lose_what_rows_refer_to_is_undone_whole(home: Path, settings: Settings) -> None:
    engine = open_database(default_url(home))
    with pytest.raises(LedgerError, match="refer to nothing"), changing_schema(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        connection.exec_driver_sql("DELETE FROM conversations")
    assert counts(home) == (1, 1) and not inspect(engine).has_table("half")
    with pytest.raises(IntegrityError), engine.begin() as connection:  # and they are looked after again
        connection.exec_driver_sql("INSERT INTO vaults VALUES (1, 'nobody', 'PERSON', 1, '', 'Anna')")
    engine.dispose()


@pytest.mark.local("schemas of files")
def test_a_database_of_a_newer_version_is_left_alone(home: Path, settings: Settings, polydesk: Command) -> None:
    with closing(sqlite3.connect(home / "ledger.db")) as connection:
        connection.execute("UPDATE polydesk_ledger_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(IngestUserError, match="newer"):
        open_ledger(home)
    with pytest.raises(AppUserError, match="newer"):
        by_name(settings, "ledger").downgrade("0003")
    status, out, _ = polydesk("database", "status", "--json")
    assert (status, [each["state"] for each in json.loads(out)]) == (1, ["newer", "current"])


@pytest.mark.local("schemas of files")
def test_the_command_asks_for_a_backup_first_and_for_nobody_at_work(home: Path, polydesk: Command) -> None:
    status, _, err = polydesk("database", "downgrade", "ledger", "0003")
    assert (status, err.count("\n")) == (2, 1) and "polydesk backup" in err
    engine = open_ledger(home)
    with engine.connect():
        assert polydesk("database", "downgrade", "ledger", "0003", "--yes")[0] == 2
    engine.dispose()
    assert polydesk("database", "downgrade", "ledger", "0003", "--yes")[0] == 0
    status, out, _ = polydesk("database", "upgrade", "--dry-run")
    assert status == 0 and "-- ledger:" in out and "-- conversations: nothing to do" in out
    assert polydesk("database", "status")[0] == 1
    assert polydesk("database", "upgrade")[0] == 0
    status, out, _ = polydesk("database", "status")
    assert status == 0 and out.count("current") == 2


@pytest.fixture
def server(postgres_url: str) -> Iterator[str]:
    yield emptied(postgres_url)
    emptied(postgres_url)


def test_on_a_server_trying_is_undone_and_changing_is_not(tmp_path: Path, server: str) -> None:
    settings = Settings(home=tmp_path, database_url=server)
    open_ledger(tmp_path, server).dispose()
    schema = by_name(settings, "ledger")
    assert any("DROP TABLE" in statement for statement in schema.downgrade("0003", dry_run=True))
    assert schema.standing().state == "current"
    schema.downgrade("0003")
    assert schema.standing().revision == "0003"
    assert by_name(settings, "conversations").standing().state == "not there yet"
