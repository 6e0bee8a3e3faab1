"""A writer that is killed at any moment leaves a whole edition, which readers see without opening the index anew."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

from ingest.lexical import LexicalIndex, entry_digest
from tests.conftest import REPOSITORY
from tests.ingest.lexical.writing_process import ENTRIES, edition

KILLS = 5


def start_writer(file: Path, first: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.ingest.lexical.writing_process", str(file), str(first)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def said(writer: subprocess.Popen[str]) -> int:
    assert writer.stdout is not None
    return int(writer.stdout.readline())


def of_edition(index: LexicalIndex, number: int) -> int:
    """How many entries are found by the name of an edition."""
    hits = index.search(f"N{number}", "en", 500, matched=True)
    return sum(f"=n{number}" in hit.matched for hit in hits)


def test_a_killed_writer_leaves_a_whole_edition(tmp_path: Path) -> None:
    file = tmp_path / "index.db"
    reader = LexicalIndex(file)
    first = 0
    for _ in range(KILLS):
        with start_writer(file, first) as writer:
            told = said(writer)
            time.sleep(random.uniform(0, 0.5))
            writer.kill()
            assert writer.stdout is not None
            told = max([told, *map(int, writer.stdout.read().split())])
        held = reader.digests()
        whole = [n for n in (told, told + 1) if held == {entry.id: entry_digest(entry) for entry in edition(n)}]
        assert len(whole) == 1  # what it said is there, and at most the next one, whole
        assert reader.damaged() == []
        assert of_edition(reader, whole[0]) == ENTRIES
        assert whole[0] == 0 or of_edition(reader, whole[0] - 1) == 0
        first = whole[0] + 1
    reader.write(edition(first))  # nothing is left locked
    assert reader.digests() == {entry.id: entry_digest(entry) for entry in edition(first)}
    reader.close()


def test_readers_see_each_write_whole_and_at_once(tmp_path: Path) -> None:
    file = tmp_path / "index.db"
    reader = LexicalIndex(file)
    shown: list[dict[str, str]] = []
    hits: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            shown.append(reader.digests())
            hits.append(len(reader.search("lamp", "en", 500)))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    with start_writer(file, 0) as writer:
        try:
            for _ in range(6):
                number = said(writer)
                assert of_edition(reader, number) == ENTRIES or of_edition(reader, number + 1) == ENTRIES
        finally:
            writer.kill()
            stop.set()
    for thread in threads:
        thread.join()
    whole = [{}, *({entry.id: entry_digest(entry) for entry in edition(number)} for number in range(60))]
    assert len(shown) > 3
    assert all(held in whole for held in shown)
    assert set(hits) <= {0, ENTRIES // 2, ENTRIES}
    reader.close()
