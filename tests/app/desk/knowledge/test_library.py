"""The documents as somebody may see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.desk.knowledge.library import Library
from app.errors import AppUserError
from ingest import knowledge
from ingest.ledger.engine import open_ledger
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from tests.support.hashed_embedder import hashed

TODAY = date(2026, 5, 1)
OLD = "# Returns\n\nThe deadline is 14 days.\n\n## Costs\n\nA parcel is free of charge.\n"
FRONT = "---\ntitle: Bonus\naudience: manager\n---\n\n# Bonus\n\nFive percent.\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Ingested twice; read it, never write it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knowledge, "open_centred_embedder", lambda *_: hashed())
        settings = _ingested_twice(tmp_path_factory.mktemp("library"))
    engine = open_ledger(settings.home)
    yield Library(engine)
    engine.dispose()


def _ingested_twice(tmp_path: Path) -> IngestSettings:
    docs, settings = tmp_path / "docs", IngestSettings(home=tmp_path / "home")
    docs.mkdir()
    (docs / "returns.md").write_text(OLD, encoding="utf-8")
    (docs / "bonus.md").write_text(FRONT, encoding="utf-8")
    (docs / "broken.pdf").write_text("no PDF", encoding="utf-8")
    tickets = tmp_path / "tickets.jsonl"
    message = '{"author": "customer", "text": "Where is my parcel?"}'
    tickets.write_text(f'{{"id": "T-1", "customer_id": "C-1", "messages": [{message}]}}\n', encoding="utf-8")
    run_ingest(settings, [docs, tickets])
    (docs / "returns.md").write_text(OLD.replace("14", "30"), encoding="utf-8")
    run_ingest(settings, [docs])
    return settings


def test_a_reader_finds_what_they_may_read_and_no_tickets(library: Library) -> None:
    assert [line.document_id for line in library.documents("agent", TODAY)] == ["returns.md"]
    assert [line.document_id for line in library.documents("manager", TODAY)] == ["bonus.md", "returns.md"]
    with pytest.raises(AppUserError, match=r"bonus\.md: no such document"):
        library.versions("bonus.md", "agent", TODAY)
    with pytest.raises(AppUserError):
        library.versions("ticket/T-1", "manager", TODAY)


def test_two_versions_are_read_and_compared(library: Library) -> None:
    old, new = library.versions("returns.md", "agent", date.today())
    assert "14 days" in library.text(old)
    assert "30 days" in library.text(new)
    changed = [(each.old, each.new) for each in library.differences(old, new) if each.kind != "same"]
    assert changed == [(("The deadline is 14 days.",), ("The deadline is 30 days.",))]


def test_the_runs_say_what_they_did_and_found_the_newest_first(library: Library) -> None:
    second, first = library.runs()
    assert (second.counts["changed"], second.counts["added"]) == (1, 0)
    assert first.counts["added"] == 3
    assert [(each.item, each.code) for each in first.findings] == [("broken.pdf", "wrong-format")]
    assert second.started_at >= first.started_at
    assert second.finished_at is not None
