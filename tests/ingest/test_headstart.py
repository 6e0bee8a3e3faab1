"""A guess at what changed, so that what is needed starts at once; the plan decides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import headstart, knowledge
from ingest.embedding import apart
from ingest.embedding.centring import CentredEmbedder
from ingest.headstart import head_start, newer_files
from ingest.pipeline import Summary
from ingest.runs import run_ingest
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


def test_without_a_ledger_or_a_folder_nothing_is_guessed(docs: Path, tmp_path: Path) -> None:
    assert newer_files([docs], tmp_path / "ledger.db") == []
    os.utime(written_now(tmp_path / "ledger.db"), (0, 0))
    assert newer_files(["https://example.com/help", tmp_path / "nothing"], tmp_path / "ledger.db") == []


def test_where_much_is_new_nothing_is_begun(
    docs: Path, tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headstart, "FEW", 2)
    (tmp_path / "ledger.db").write_bytes(b"")
    os.utime(tmp_path / "ledger.db", (0, 0))
    assert len(newer_files([docs], tmp_path / "ledger.db")) == 3
    with head_start(IngestSettings(home=tmp_path), [docs]) as begun:
        assert begun.model is None
        assert begun.parsers.pid is None


def test_a_changed_file_is_ingested_with_what_was_begun(
    docs: Path, make_home: Callable[[], Path], embedder: CentredEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home()
    program = (
        "import ingest.embedding.apart as apart, app.main, sys\n"
        "begin = apart.EmbedderApart.__init__\n"
        "apart.EmbedderApart.__init__ = lambda *a: (begin(*a), print('apart', file=sys.stderr))[0]\n"
        "app.main.main()"
    )

    def here() -> Summary:
        """Without a head start, which would be counted as an error."""
        with monkeypatch.context() as patch:
            patch.setattr(knowledge, "open_centred_embedder", lambda *_: embedder)
            patch.setattr(apart, "EmbedderApart", None)
            return run_ingest(IngestSettings(home=home), [docs])[0]

    def in_a_process() -> tuple[dict[str, int], bool]:
        command = [sys.executable, "-c", program, "ingest", str(docs), "--json"]
        environment = {**os.environ, "POLYDESK_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout), "apart" in done.stderr.splitlines()

    assert here().added == 3
    (docs / "a.md").write_text("# Returns\n\nForty days and no longer.\n", encoding="utf-8")
    second, was_begun = in_a_process()
    assert (second["changed"], second["unchanged"], second["chunks_embedded"], was_begun) == (1, 2, 1, True)
    third = here()
    assert (third.unchanged, third.embedded) == (3, 0)
