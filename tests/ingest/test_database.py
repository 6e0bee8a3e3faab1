"""A database that several processes open at once."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from ingest.database import open_database, sqlite_url
from tests.support.patience import PATIENCE_S


def test_a_new_one_that_another_process_is_writing_already_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as threads:
        opening = threads.submit(open_database, sqlite_url(file))
        time.sleep(0.3)
        waits = not opening.done()
        other.execute("COMMIT")
        other.close()
        engine = opening.result(PATIENCE_S)
    assert waits
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


def test_what_stands_in_a_new_one_is_its_owner_s_alone(tmp_path: Path) -> None:
    engine = open_database(sqlite_url(tmp_path / "new.db"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE said (words TEXT)"))
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.glob("new.db*")}
    engine.dispose()
    assert len(modes) == 3  # beside it the log and its index
    assert set(modes.values()) == {0o600}


def test_one_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_database("sqlite:///:memory:").dispose()
    assert list(tmp_path.iterdir()) == []
