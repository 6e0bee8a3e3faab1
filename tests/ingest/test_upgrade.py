"""What was ingested before the ledger kept vectors is embedded anew by the next run, and found as ever."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from app.retrieval.search import PassageSearch
from ingest.database import migrate
from ingest.ledger.collections import Collections, past_name
from ingest.ledger.engine import HEAD, MIGRATIONS, VERSION_TABLE
from ingest.ledger.reading import Scope
from ingest.ledger.shelving import Shelving
from ingest.shelves import Shelves
from ingest.store.vectors import Record
from ingest.verify import Verifier
from tests.ingest.ledger.test_migrations import take_back
from tests.ingest.shelf import DAY, Shelf

OLD = "# Returns\n\nThe deadline is 14 days.\n\n## Costs\n\nA parcel is free.\n"
NEW = OLD.replace("14 days", "30 days")
BEFORE = "polydesk-before"


def as_before(shelf: Shelf) -> None:
    """Make of ``shelf`` what the release before would have left: records of chunks and of units, no vectors kept."""
    engine, store, name = shelf.knowledge.engine, shelf.knowledge.store, shelf.knowledge.collection_name
    for now, then in ((name, BEFORE), (past_name(name), past_name(BEFORE))):
        collection = store.collection(now)
        chunks = collection.get(list(collection.ids()))
        units = [Record(f"{each.id}:0", each.vector, each.text, {"part": "unit"}) for each in chunks]
        store.collection(then).add([*chunks, *units])
        store.delete_collection(now)
    take_back(engine, "0003")
    with engine.begin() as connection:
        connection.execute(text("UPDATE collections SET name = :name, fingerprint = 'before'"), {"name": BEFORE})
        connection.execute(text("UPDATE versions SET collection = :name"), {"name": BEFORE})
        unit = text("INSERT INTO records SELECT version_id, record_id || :unit, '' FROM records")
        connection.execute(unit, {"unit": ":0"})
    migrate(engine, MIGRATIONS, VERSION_TABLE, HEAD)


def passages(shelf: Shelf, scope: Scope) -> set[str]:
    return {found.chunk.text for found in PassageSearch(shelf.knowledge).search("What is the deadline?", "en", scope)}


def test_a_home_of_the_release_before_is_embedded_anew_by_its_next_run(shelf: Shelf) -> None:
    for words in (OLD, NEW):
        shelf.write("returns.md", words)
        shelf.ingest()
    knowledge, yesterday = shelf.knowledge, Scope(DAY - timedelta(days=1))
    seen = passages(shelf, Scope(DAY)), passages(shelf, yesterday)
    assert seen == (
        {"The deadline is 30 days.", "A parcel is free."},
        {"The deadline is 14 days.", "A parcel is free."},
    )
    as_before(shelf)
    assert shelf.kept_digests() == set()

    assert shelf.ingest().unchanged == 1
    assert (passages(shelf, Scope(DAY)), passages(shelf, yesterday)) == seen
    assert shelf.is_tidy()
    shelving = Shelving(knowledge.engine)
    report = Verifier(Shelves(knowledge, shelving), shelving, Collections(knowledge.engine)).verify()
    assert (report.records, report.found) == (4, ())

    shelf.ingest()
    assert BEFORE not in knowledge.store.list_collections()
    assert shelf.ingest().embedded == 0
