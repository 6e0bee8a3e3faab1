"""Backups taken at random moments of ingests: each restores into a home that verifies and goes on as if nothing was.

Two backups; ``POLYDESK_BACKUPS=20 python -m pytest -s tests/app/backup/test_during_ingest.py`` takes as many.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from pathlib import Path

import pytest

from app.backup.restoring import restore
from app.backup.taking import take_backup
from app.settings import Settings
from ingest.runs import ingest_into
from ingest.sources import open_source
from tests.app.backup.homes import opened, verified
from tests.ingest.kills.corpus import DOCUMENTS, Corpus
from tests.ingest.kills.state import State, differences, state
from tests.ingest.test_kills import Writer

pytestmark = pytest.mark.local("databases in files are backed up; a server has tools of its own")

BACKUPS = int(os.environ.get("POLYDESK_BACKUPS", "2"))
SEED = 20261122
_ROUND = re.compile(r"\b(\d{4})\b")


def rounds_of(found: State) -> dict[str, set[int]]:
    """The rounds in which each document's texts that are published were written."""
    rounds: dict[str, set[int]] = {}
    for fields, _chunks in found.exact["published"].values():
        rounds.setdefault(fields[0].removesuffix(".md"), set()).update(map(int, _ROUND.findall(fields[5])))
    return rounds


@pytest.mark.slow
def test_a_backup_taken_during_an_ingest_restores_into_a_home_that_verifies_and_goes_on(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "docs"
    folder.mkdir()
    corpus, chance = Corpus(folder), random.Random(SEED)
    corpus.begin()
    writer = Writer(home, folder)
    met = number = 0
    try:
        started = time.monotonic()
        assert writer.update()
        span = time.monotonic() - started
        while met < BACKUPS:
            number += 1
            before = dict(corpus.rounds) | corpus.waiting
            corpus.update(chance)
            running = threading.Thread(target=writer.update)
            running.start()
            time.sleep(chance.uniform(0, span))
            began_within = running.is_alive()
            place = tmp_path / f"backup{number}.tar.zst"
            take_backup(home, place)
            running.join()
            span *= 1.05 if began_within else 0.8  # so that most moments are within an ingest, however fast it is now
            assert number < 5 * BACKUPS, "hardly a backup meets an ingest"
            if not began_within:
                continue
            met += 1

            restored = tmp_path / f"restored{number}"
            restore(place, Settings(home=restored))
            with opened(restored) as knowledge:
                report = verified(knowledge)
                assert report.found == () and report.records >= DOCUMENTS
                seen = rounds_of(state(knowledge))
                allowed = {name: {before.get(name), corpus.rounds.get(name)} for name in before | corpus.rounds}
                for name, rounds in seen.items():
                    future = {before.get(name), corpus.waiting.get(name)}
                    assert rounds <= allowed[name] | future, f"{name}: {rounds}"
                assert {name for name, either in allowed.items() if None not in either} <= seen.keys()
                ingest_into(knowledge, [open_source(folder)])
                went_on = state(knowledge)
            with opened(home) as knowledge:
                assert differences(went_on, state(knowledge)) == []
    finally:
        writer.close()
    print(f"{number} backups, {met} of them begun while an ingest ran: each of these restored and verified")
