"""A database that several processes open at once."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
