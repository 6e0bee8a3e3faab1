"""A home over the sample's store with a ledger of its own, which a test may change."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_ENDED = "2000-01-01"


def home_over(sample: Path, home: Path, *, without_each: int = 0) -> Path:
    """A home that has the sample's documents.

    :param without_each: each so-manieth document is not among them; 0 for all.
    """
    home.mkdir(parents=True)
    for name in ("store", "lexical", "models"):
        (home / name).symlink_to(sample / name)
    with closing(sqlite3.connect(sample / "ledger.db")) as theirs, closing(sqlite3.connect(home / "ledger.db")) as own:
        theirs.backup(own)
        if without_each:
            found = own.execute("select distinct document_id from versions where kind != 'ticket' order by 1")
            gone = [document for (document,) in found][::without_each]
            marks = ",".join("?" * len(gone))
            own.execute(f"update versions set ends_on = ? where document_id in ({marks})", (_ENDED, *gone))  # noqa: S608
            own.commit()
    return home
