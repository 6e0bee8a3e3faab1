"""Updates killed at random moments: readers see each document old or new, whole, and the next run makes all good.

Twenty kills; ``POLYDESK_KILLS=200 python -m pytest -s tests/ingest/test_kills.py`` does as many and prints what it saw.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ingest.knowledge import Knowledge
from ingest.ledger.engine import open_ledger
from ingest.lexical.shelves import open_words
from ingest.runs import ingest_into
from ingest.settings import IngestSettings
from ingest.sources import open_source
from ingest.store import open_store
from tests.conftest import REPOSITORY
from tests.ingest.kills.corpus import Corpus
from tests.ingest.kills.reader import Allowed, Reader
from tests.ingest.kills.state import State, differences, state
from tests.support.hashed_embedder import hashed
from tests.support.patience import PATIENCE_S

KILLS = int(os.environ.get("POLYDESK_KILLS", "20"))
SEED = 20261121


class Writer:
    """Forks updates, kills them or lets them end."""

    def __init__(self, home: Path, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.ingest.kills.writer", str(home), str(folder)]
        self._process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._line() == "ready"

    def update(self, kill_after_s: float | None = None) -> bool:
        """One update; whether it came to its end."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        child = int(self._line())
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            with suppress(ProcessLookupError):  # it was quicker
                os.kill(child, signal.SIGKILL)
        status = int(self._line())
        assert status in (0, signal.SIGKILL), "the update failed"
        return status == 0

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def opened(home: Path) -> Iterator[Knowledge]:
    engine, embedder = open_ledger(home), hashed()
    with open_store(home, IngestSettings(home=home).chroma_server) as store, open_words(home) as words:
        yield Knowledge(engine, store, words, embedder, lambda _name: embedder)
    engine.dispose()


def clean_state(corpus: Corpus, home: Path) -> State:
    """What a first ingest of the same folder makes."""
    with opened(home) as knowledge:
        ingest_into(knowledge, [open_source(corpus.folder)])
        return state(knowledge)


@pytest.mark.slow
def test_readers_never_see_half_an_update_and_the_next_run_equals_a_clean_one(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "docs"
    folder.mkdir()
    corpus, chance = Corpus(folder), random.Random(SEED)
    corpus.begin()
    with opened(home) as knowledge:
        writer = Writer(home, folder)
        started = time.monotonic()
        assert writer.update()
        span = time.monotonic() - started
        reader = Reader(knowledge, Allowed(corpus.rounds, corpus.rounds))
        reader.start()
        killed = updates = compared = 0
        try:
            while killed < KILLS:
                before = dict(corpus.rounds)
                corpus.update(chance)
                reader.expect(before, corpus.rounds)
                ended = writer.update(chance.uniform(0, span))
                span *= 0.8 if ended else 1.05  # so that most moments are within an update, however fast it is just now
                updates += 1
                killed += not ended
                assert reader.faults == []
                assert ended or writer.update()
                reader.expect(corpus.rounds, corpus.rounds)
                if not ended and (killed % 10 == 0 or killed == KILLS):
                    assert differences(state(knowledge), clean_state(corpus, tmp_path / f"clean{killed}")) == []
                    compared += 1
                    print(f"{killed} of {updates} updates killed, {reader.asked} questions asked", flush=True)
                assert updates < 3 * KILLS, "hardly an update is met by a kill"
        finally:
            reader.stop()
            writer.close()
    print(
        f"{killed} of {updates} updates killed, {reader.asked} questions asked, {compared} states equal to clean ones"
    )
    assert reader.faults == []
    assert reader.asked > KILLS
