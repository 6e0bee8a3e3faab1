"""A run that is told to end by SIGTERM keeps what it has done, says so, and the next one does the rest."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import pipeline
from ingest.ledger.writing import LedgerWriter
from ingest.stopping import STOPPED_STATUS
from tests.support.command import Command

DOCUMENTS = 6


@pytest.mark.slow
def test_a_run_that_is_told_to_end_keeps_what_is_written_and_the_next_one_does_the_rest(
    make_home: Callable[[], Path], polydesk: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_home()
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(DOCUMENTS):
        (folder / f"{number}.md").write_text(f"# Paper {number}\n\nThe deadline is {number} days.\n", encoding="utf-8")
    publish = LedgerWriter.publish

    def then_told_to_end(self: LedgerWriter, *arguments: Any) -> None:
        publish(self, *arguments)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(pipeline, "_BATCH_DOCUMENTS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(LedgerWriter, "publish", then_told_to_end)
        status, out, err = polydesk("ingest", folder, "--json")
    told = json.loads(out)
    assert (status, told["stopped"], told["added"], told["refused"]) == (STOPPED_STATUS, True, 1, 0)
    assert err.splitlines()[-1].startswith("polydesk: stopped as asked")
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL

    status, out, _ = polydesk("ingest", folder, "--json")
    told = json.loads(out)
    assert (status, told["stopped"], told["added"], told["unchanged"]) == (0, False, DOCUMENTS - 1, 1)
    assert polydesk("documents", "verify")[0] == 0
