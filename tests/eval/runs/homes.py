"""A home over the sample's store with a ledger of its own, which a test may change."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from sqlalchemy import select, update

from ingest.ledger.engine import open_ledger
from ingest.ledger.tables import VersionRow
from tests.support.stack.copying import copy_on_servers

_ENDED = date(2000, 1, 1)


def home_over(sample: Path, home: Path, *, without_each: int = 0) -> Path:
    """A home that has the sample's documents.

    :param without_each: each so-manieth document is not among them; 0 for all.
    """
    home.mkdir(parents=True)
    for name in ("store", "lexical", "models"):
        (home / name).symlink_to(sample / name)
    for file in sample.glob("ledger.db*"):
        shutil.copy(file, home)
    copy_on_servers(sample, home, conversations=False)
    if without_each:
        _end(home, without_each)
    return home


def _end(home: Path, each: int) -> None:
    engine = open_ledger(home)
    documents = select(VersionRow.document_id).where(VersionRow.kind != "ticket").distinct()
    with engine.begin() as connection:
        gone = connection.scalars(documents.order_by(VersionRow.document_id)).all()[::each]
        connection.execute(update(VersionRow).where(VersionRow.document_id.in_(gone)).values(ends_on=_ENDED))
    engine.dispose()
