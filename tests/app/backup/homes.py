"""What a home holds, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger
from ingest.ledger.shelving import Shelving
from ingest.lexical.shelves import open_words
from ingest.runs import ingest_into
from ingest.shelves import Shelves
from ingest.sources import open_source
from ingest.store import open_store
from ingest.verify import Report, Verifier
from tests.support.hashed_embedder import hashed


@contextmanager
def opened(home: Path) -> Iterator[Knowledge]:
    engine, embedder = open_ledger(home), hashed()
    with open_store(home) as store, open_words(home) as words:
        yield Knowledge(engine, store, words, embedder, lambda _name: embedder)
    engine.dispose()


def ingested(home: Path, folder: Path, texts: dict[str, str]) -> None:
    """Make ``home`` know these texts and no others."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with opened(home) as knowledge:
        ingest_into(knowledge, [open_source(folder)])


def verified(knowledge: Knowledge) -> Report:
    """What `polydesk documents verify` finds."""
    shelving = Shelving(knowledge.engine)
    shelves = Shelves(knowledge, shelving)
    shelves.clean()
    return Verifier(shelves, shelving, Collections(knowledge.engine)).verify()
