"""A run killed at any moment leaves every reader with the old text or the new one, whole; the next run tidies up."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge
from ingest.ledger.engine import open_ledger
from ingest.lexical.shelves import open_words
from ingest.settings import IngestSettings
from ingest.store import open_store
from tests.conftest import REPOSITORY
from tests.ingest.killed_run import MOMENTS
from tests.ingest.shelf import Shelf, only
from tests.support.patience import PATIENCE_S

NAMES = ("delivery", "returns")  # in the order in which they are published
OLD = {name: f"# {name.title()}\n\nThe old deadline is 14 days.\n\n## Costs\n\nIt is free.\n" for name in NAMES}
NEW = {name: text.replace("old", "new").replace("free", "not free") for name, text in OLD.items()}
OLD_TEXTS, NEW_TEXTS = (
    ["It is free.", "The old deadline is 14 days."],
    ["It is not free.", "The new deadline is 14 days."],
)

# What readers see of each document after a death at that moment.
SEEN = {
    "half-written": (OLD_TEXTS, OLD_TEXTS),
    "half-published": (NEW_TEXTS, OLD_TEXTS),  # the second is in the store and in the ledger, but not published
    "published": (NEW_TEXTS, NEW_TEXTS),
    "half-cleaned": (NEW_TEXTS, NEW_TEXTS),
}


@pytest.fixture
def shelf(make_home: Callable[[], Path], embedder: CentredEmbedder, tmp_path: Path) -> Iterator[Shelf]:
    home, documents = make_home(), tmp_path / "docs"
    documents.mkdir()
    engine = open_ledger(home)
    with open_store(home, IngestSettings(home=home).chroma_server) as store, open_words(home) as words:
        yield Shelf(Knowledge(engine, store, words, embedder, only(embedder)), documents)
    engine.dispose()


def seen(shelf: Shelf) -> tuple[list[str], ...]:
    found = shelf.found("deadline")
    return tuple(sorted(chunk.text for chunk in found if chunk.version.document_id == f"{name}.md") for name in NAMES)


def test_every_moment_is_described() -> None:
    assert set(SEEN) == set(MOMENTS)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_killed_at_any_moment_leaves_whole_versions_and_the_next_tidies_up(shelf: Shelf, moment: str) -> None:
    for name in NAMES:
        shelf.write(f"{name}.md", OLD[name])
    shelf.ingest()
    for name in NAMES:
        shelf.write(f"{name}.md", NEW[name])
    command = [sys.executable, "-m", "tests.ingest.killed_run", moment, str(shelf.documents)]
    killed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    assert seen(shelf) == SEEN[moment]
    assert shelf.stored_ids() > shelf.owned_ids()  # it was not tidied up yet, or nothing would be shown here
    never_published = OLD_TEXTS in SEEN[moment]
    assert (shelf.kept_digests() > shelf.owned_digests()) == never_published
    shelf.ingest()  # at once: the dead run's lock does not stand in its way
    assert seen(shelf) == (NEW_TEXTS, NEW_TEXTS)
    assert shelf.is_tidy()
    assert shelf.ingest().unchanged == 2
