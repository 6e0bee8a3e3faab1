"""A guess at what changed, so that what is needed starts at once; the plan decides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import headstart
from ingest.chunk_embedding import LocalEncoder
from ingest.embedding import apart
from ingest.embedding.centring import CentredEmbedder
from ingest.headstart import head_start, newer_files
from ingest.settings import IngestSettings
from tests.conftest import REPOSITORY


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "eu").mkdir(parents=True)
    for name in ("a.md", "eu/b.md", "eu/c.md"):
        (folder / name).write_text("# Returns\n\nThirty days.\n", encoding="utf-8")
    return folder


def written_now(ledger: Path) -> Path:
    """A ledger later than every file there is."""
    ledger.write_bytes(b"")
    later = max(file.stat().st_ctime_ns for file in ledger.parent.rglob("*")) + 1
    os.utime(ledger, ns=(later, later))
    return ledger


def test_what_was_written_or_renamed_after_the_ledger_is_newer(docs: Path, tmp_path: Path) -> None:
    ledger = written_now(tmp_path / "ledger.db")
    assert newer_files([docs], ledger) == []
    since = ledger.stat().st_mtime_ns
    while (docs / "a.md").stat().st_ctime_ns <= since:
        (docs / "a.md").write_text("# Returns\n\nForty days.\n", encoding="utf-8")
    (docs / "eu" / "b.md").rename(docs / "eu" / "d.md")
    assert sorted(newer_files([str(docs)], ledger)) == ["a.md", "d.md"]


def test_without_a_ledger_all_is_new_and_without_a_folder_nothing_is_guessed(docs: Path, tmp_path: Path) -> None:
    assert sorted(newer_files([docs], tmp_path / "ledger.db")) == ["a.md", "b.md", "c.md"]
    os.utime(written_now(tmp_path / "ledger.db"), (0, 0))
    assert newer_files(["https://example.com/help", tmp_path / "nothing"], tmp_path / "ledger.db") == []


def test_of_another_database_nothing_is_guessed(docs: Path, tmp_path: Path) -> None:
    settings = IngestSettings(home=tmp_path, database_url="postgresql://nowhere/ledger")
    with head_start(settings, [docs]) as begun:
        assert (begun.model, begun.parsers.pid) == (None, None)


def test_where_no_model_was_begun_none_is_to_embed(tmp_path: Path, embedder: CentredEmbedder) -> None:
    with head_start(IngestSettings(home=tmp_path), []) as begun:
        assert begun.encoder(embedder) == LocalEncoder(embedder)
        assert begun.model is None


@pytest.mark.local("looks at the age of the SQLite file")
def test_where_much_is_new_a_model_for_much_is_begun_and_parsers_wait_for_the_plan(
    docs: Path, tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_for: list[str] = []

    class Begun:
        def __init__(self, _name: str, _models: Path, purpose: str, _runtime: str) -> None:
            begun_for.append(purpose)

        def close(self) -> None:
            begun_for.append("closed")

    monkeypatch.setattr(apart, "EmbedderApart", Begun)
    monkeypatch.setattr(headstart, "FEW", 2)
    (tmp_path / "ledger.db").write_bytes(b"")
    os.utime(tmp_path / "ledger.db", (0, 0))
    assert len(newer_files([docs], tmp_path / "ledger.db")) == 3
    with head_start(IngestSettings(home=tmp_path), [docs]) as begun:
        assert begun.begin_model("few") is begun.model
        assert begun.parsers.pid is None
        assert begun_for == ["bulk"]
    assert begun_for == ["bulk", "closed"]


def test_what_is_new_or_changed_is_embedded_apart_and_what_is_not_starts_nothing(
    docs: Path, make_home: Callable[[], Path]
) -> None:
    home = make_home()
    program = (
        "import ingest.embedding.apart as apart, app.main, sys\n"
        "begin = apart.EmbedderApart.__init__\n"
        "apart.EmbedderApart.__init__ = lambda *a: (begin(*a), print('apart', file=sys.stderr))[0]\n"
        "app.main.main()"
    )

    def ingested() -> tuple[dict[str, int], bool]:
        command = [sys.executable, "-c", program, "ingest", str(docs), "--json"]
        environment = {**os.environ, "POLYDESK_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout), "apart" in done.stderr.splitlines()

    first, begun = ingested()
    assert (first["added"], begun) == (3, True)
    (docs / "a.md").write_text("# Returns\n\nForty days and no longer.\n", encoding="utf-8")
    second, begun = ingested()
    assert (second["changed"], second["unchanged"], second["chunks_embedded"], begun) == (1, 2, 1, True)
    third, begun = ingested()
    assert (third["unchanged"], third["embedded"], begun) == (3, 0, False)
