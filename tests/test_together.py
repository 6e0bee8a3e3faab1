"""Two interface processes, an ingest and an erasure at once: nobody is refused, misled, or shown what is erased."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.audit.commands import verify_home
from app.audit.opening import open_trail
from app.conversations.sessions import open_sessions
from app.settings import load_settings
from ingest.knowledge import open_knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.history import DocumentHistory
from ingest.ledger.shelving import Shelving
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from ingest.shelves import Shelves
from ingest.store import open_store
from ingest.verify import Verifier
from tests.app.audit.forgetting.people import PEOPLE, line_of, places_of
from tests.app.audit.forgetting.test_erasing_postgresql import dumped
from tests.conftest import REPOSITORY, with_models
from tests.support.desk_process import DOCUMENT
from tests.support.patience import PATIENCE_S
from tests.support.postgres import emptied
from tests.support.soak import FIRST, write_documents

GONE, STAYING = PEOPLE[:2]
INTERFACES = 2


@pytest.fixture(params=[pytest.param("local", marks=pytest.mark.local("SQLite beside PostgreSQL")), "servers"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str | None]:
    """The URL of the database, and a Chroma server by URL; or neither."""
    if request.param == "local":
        yield None
        return
    url = emptied(request.getfixturevalue("postgres_url"))
    with open_store(tmp_path / "chroma") as store:
        monkeypatch.setenv("POLYDESK_DATABASE_URL", url)
        monkeypatch.setenv("POLYDESK_CHROMA_URL", store.url)
        monkeypatch.setenv("POLYDESK_CHROMA_DATABASE", "default_database")
        yield url


@pytest.fixture
def home(models_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str | None) -> Path:
    """With documents, and the tickets of two customers, which nobody has in a file any more."""
    home, documents, tickets = tmp_path / "home", tmp_path / "docs", tmp_path / "tickets.jsonl"
    with_models(home, models_folder)
    monkeypatch.setenv("POLYDESK_HOME", str(home))
    monkeypatch.setenv("POLYDESK_MODEL", "quoting")
    documents.mkdir()
    write_documents(documents, FIRST)
    tickets.write_text("\n".join(line_of(each) for each in (GONE, STAYING)), encoding="utf-8")
    run_ingest(IngestSettings(home=home), [documents, tickets])
    tickets.unlink()
    return home


def started(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def polydesk(*arguments: str) -> subprocess.Popen[str]:
    return started("app.main", *arguments)


def ended(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, (process.args, out, err)
    return out


@pytest.mark.slow
def test_all_of_it_at_once_stays_consistent(home: Path, database: str | None, tmp_path: Path) -> None:
    interfaces = [started("tests.support.desk_process", GONE.id, STAYING.id) for _ in range(INTERFACES)]
    try:
        assert [each.stdout.readline() for each in interfaces if each.stdout] == ["ready\n"] * INTERFACES
        write_documents(tmp_path / "docs", FIRST + 1)
        ingest = polydesk("ingest", str(tmp_path / "docs"), "--json")
        erasure = polydesk("audit", "erase", "--customer", GONE.id, "--json")
        erased = json.loads(ended(erasure))
        done = time.monotonic()
        ingested = json.loads(ended(ingest))
        seen = [entry for each in interfaces for entry in json.loads(each.communicate("\n", PATIENCE_S)[0])]
    finally:
        for each in interfaces:
            each.kill()
            each.wait()

    assert (erased["versions"], erased["left"], ingested["refused"]) == (1, [], 0)
    check_answers(seen, done)
    check_what_is_kept(home, database)


def check_answers(seen: list[dict[str, Any]], done: float) -> None:
    """No question failed; each answer is of one version, and of the new one in the end; the erased one is gone."""
    assert [entry for entry in seen if entry["status"] != "finished"] == []
    editions = [entry["editions"] for entry in seen if entry["about"] == DOCUMENT]
    assert all(len({version for version, _text in each}) == 1 for each in editions), editions
    assert {text for each in editions for _version, text in each} == {str(FIRST), str(FIRST + 1)}
    for person, is_told_for_ever in ((GONE, False), (STAYING, True)):
        told = [(entry["begun"] > done, person.mail in entry["words"]) for entry in seen if entry["about"] == person.id]
        assert (False, True) in told, "nobody was told before"
        assert {is_told for is_after, is_told in told if is_after} == {is_told_for_ever}
    after = "".join(entry["words"] for entry in seen if entry["begun"] > done)
    assert [value for value in GONE.values if value in after] == []


def check_what_is_kept(home: Path, database: str | None) -> None:
    """The chain of the audit, the store and the versions are sound, and nothing of the erased person is anywhere."""
    settings = load_settings()
    with open_sessions(settings) as sessions:
        assert verify_home(sessions, open_trail(settings)).is_sound
    with open_knowledge(settings) as knowledge:
        shelving = Shelving(knowledge.engine)
        assert Verifier(Shelves(knowledge, shelving), shelving, Collections(knowledge.engine)).verify().is_sound
        versions = DocumentHistory(knowledge.engine).versions(DOCUMENT, date.today())
        assert [(version.number, version.status) for version in versions] == [(1, "past"), (2, "live")]
    assert places_of(home, [GONE]) == []
    assert database is None or [value for value in GONE.values if value in dumped(database)] == []
