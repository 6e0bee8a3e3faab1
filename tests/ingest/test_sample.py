"""The sample goes in whole: every file, every ticket, nothing refused, and the store holds what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger
from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import ChunkRow, FindingRow, RunRow, VersionRow
from ingest.settings import IngestSettings
from ingest.store import open_store

pytestmark = pytest.mark.slow

SAMPLE = Path(str(resources.files("ingest") / "sample"))
FILES = sorted(file for file in (SAMPLE / "documents").rglob("*") if file.is_file())
TICKETS = (SAMPLE / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
# The sample's own attack, hidden and in the open, which is reported as it should be.
ATTACK = [
    ("group/price-promise.html", "hidden-text"),
    ("group/price-promise.html", "instruction"),
    ("ticket/T-1154", "instruction"),
    ("ticket/T-1158", "instruction"),
]


@pytest.fixture
def ledger(sample_home: Path) -> Iterator[Engine]:
    engine = open_ledger(sample_home)
    yield engine
    engine.dispose()


def test_every_file_and_every_ticket_is_published_and_nothing_is_refused(ledger: Engine) -> None:
    with Session(ledger) as session:
        assert sorted(map(tuple, session.execute(select(FindingRow.item, FindingRow.code)))) == ATTACK
        counts = session.execute(select(RunRow)).scalar_one().counts
        assert (counts["added"], counts["refused"]) == (len(FILES) + len(TICKETS), 0)
        uris = set(session.execute(select(VersionRow.uri).where(VersionRow.kind != "ticket")).scalars())
    assert uris == {file.as_uri() for file in FILES}


def test_on_any_day_at_most_one_version_of_a_document_is_live(ledger: Engine) -> None:
    for day in (date(2025, 1, 1), date(2026, 11, 21), date(2028, 1, 1)):
        live = [version.document_id for version in LedgerReader(ledger).live_versions(Scope(day, "manager"))]
        assert len(live) == len(set(live)) > 10


def test_every_quotable_place_is_inside_its_chunk_and_its_text(ledger: Engine) -> None:
    with Session(ledger) as session:
        rows = session.execute(select(ChunkRow, VersionRow.text).join(VersionRow)).all()
    assert len(rows) > 400
    for chunk, text in rows:
        assert 0 <= chunk.start < chunk.end <= len(text)
        assert chunk.units
        for start, end, words in chunk.units:
            assert chunk.start <= start < end <= chunk.end
            assert words.strip() and text[start:end].strip()


def test_the_store_holds_what_published_versions_own_and_nothing_else(ledger: Engine, sample_home: Path) -> None:
    live = Collections(ledger).live()
    assert live is not None
    owned = Shelving(ledger).owned("live", live.name)
    with open_store(sample_home, IngestSettings(home=sample_home).chroma_server) as store:
        stored = list(store.collection(live.name).ids())
    assert len(stored) == len(owned)
    assert set(stored) == set(owned)
