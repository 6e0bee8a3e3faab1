"""Runs updates in forked processes: ``python -m tests.ingest.kills.writer HOME FOLDER``.

For each line read from standard input one process is forked, whose number is printed; when it has ended, its status is.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.knowledge import Knowledge
from ingest.ledger.engine import open_ledger
from ingest.lexical.shelves import open_words
from ingest.runs import ingest_into
from ingest.settings import IngestSettings
from ingest.sources import open_source
from ingest.store import open_store
from tests.ingest.kills.corpus import text
from tests.support.hashed_embedder import hashed


def update(home: Path, folder: Path) -> None:
    engine = open_ledger(home)
    embedder = hashed()
    with open_store(home, IngestSettings(home=home).chroma_server) as store, open_words(home) as words:
        ingest_into(Knowledge(engine, store, words, embedder, lambda _name: embedder), [open_source(folder)])
    engine.dispose()


def main(home: Path, folder: Path) -> None:
    with TemporaryDirectory() as scratch:  # what an update imports and compiles, a forked process has already
        documents = Path(scratch, "docs")
        documents.mkdir()
        (documents / "warm.md").write_text(text("warm", 0), encoding="utf-8")
        update(Path(scratch, "home"), documents)
    print("ready", flush=True)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                update(home, folder)
                os._exit(0)
            except BaseException as error:
                print(repr(error), file=sys.stderr, flush=True)
                os._exit(1)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
