"""Versions are staged, published in one step, retired, and cleaned away without touching what others own."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ingest.documents import Finding
from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.tables import ChunkRow, CollectionRow, FindingRow, RunRow, VersionRow
from ingest.ledger.writing import LedgerWriter
from tests.ingest.ledger.versions import COLLECTION, TODAY, ids, publish, texts, version, with_id

OLD, NEW = version("Fourteen days."), version("Thirty days.")


def test_a_new_text_of_an_item_supersedes_the_old_one(writer: LedgerWriter, reader: LedgerReader) -> None:
    publish(writer, OLD)
    publish(writer, NEW)
    assert texts(reader, OLD, NEW) == ["Thirty days."]
    (live,) = reader.live_versions(Scope(TODAY))
    assert live.number == 2
    assert [item.content_hash for item in writer.published().values()] == ["Thirty days."]


def test_an_item_that_says_it_is_another_document_no_longer_counts_as_the_old_one(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    publish(writer, OLD)
    publish(writer, with_id(NEW, "refunds"))
    assert [(found.document_id, found.number) for found in reader.live_versions(Scope(TODAY))] == [("refunds", 1)]


def test_publishing_is_one_step_for_every_reader(engine: Engine, writer: LedgerWriter) -> None:
    """A reader that asks all the while never sees both texts, and never none."""
    publish(writer, OLD)
    other = create_engine(engine.url)
    seen: set[tuple[str, ...]] = set()
    finished, begun = threading.Event(), threading.Event()

    def read() -> None:
        reader = LedgerReader(other)
        while not finished.is_set():
            seen.add(tuple(texts(reader, OLD, NEW)))
            begun.set()

    thread = threading.Thread(target=read)
    thread.start()
    begun.wait(10)
    for _ in range(15):
        publish(writer, NEW)
        publish(writer, OLD)
    finished.set()
    thread.join()
    other.dispose()
    assert seen <= {("Fourteen days.",), ("Thirty days.",)}
    assert seen


def test_a_publication_that_fails_half_way_changes_nothing(
    engine: Engine, writer: LedgerWriter, reader: LedgerReader
) -> None:
    publish(writer, OLD)
    staged = writer.stage(NEW, COLLECTION, writer.begin_run("test"))

    def break_off(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE collections"):
            raise ConnectionError("the database went away")

    event.listen(engine, "before_cursor_execute", break_off)
    with pytest.raises(ConnectionError):
        writer.publish(staged, COLLECTION)
    event.remove(engine, "before_cursor_execute", break_off)
    assert texts(reader, OLD, NEW) == ["Fourteen days."]
    assert set(writer.leftovers()) == {staged}


def test_what_left_its_source_is_gone_for_readers(writer: LedgerWriter, reader: LedgerReader) -> None:
    left, kept = publish(writer, OLD), version("Kept.", "file:///docs/kept.md", "kept.md")
    publish(writer, kept)
    writer.retire([left])
    assert texts(reader, OLD, kept) == ["Kept."]
    assert set(writer.published()) == {"file:///docs/kept.md"}


def test_nothing_is_retired_by_an_empty_list_and_all_by_a_very_long_one(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    number = publish(writer, OLD)
    writer.retire([])
    assert texts(reader, OLD) == ["Fourteen days."]
    writer.retire([*range(100_000, 140_000), number])
    assert texts(reader, OLD) == []


def test_leftovers_are_what_was_staged_superseded_or_retired(writer: LedgerWriter) -> None:
    old = publish(writer, OLD)
    publish(writer, NEW)
    gone = version("Gone.", "file:///docs/gone.md", "gone.md")
    retired = publish(writer, gone)
    writer.retire([retired])
    never = version("Never.", "file:///docs/never.md", "never.md")
    staged = writer.stage(never, COLLECTION, writer.begin_run("test"))
    found = {number: sorted(each) for number, each in writer.leftovers().items()}
    assert found == {old: sorted(ids(OLD)), retired: sorted(ids(gone)), staged: sorted(ids(never))}


def test_leftovers_never_name_what_a_published_version_owns(writer: LedgerWriter) -> None:
    """A text that came back has the same ids as its first appearance, which is still to be cleaned."""
    first = publish(writer, OLD)
    between = publish(writer, NEW)
    publish(writer, OLD)
    found = writer.leftovers()
    assert found[first] == []
    assert sorted(found[between]) == sorted(ids(NEW))


def test_a_file_staged_again_at_a_new_place_does_not_endanger_the_old_one(writer: LedgerWriter) -> None:
    publish(writer, OLD)
    staged = writer.stage(OLD, COLLECTION, writer.begin_run("test"))
    assert writer.leftovers() == {staged: []}


def test_what_was_cleaned_is_not_a_leftover_again_and_what_never_went_live_is_forgotten(
    engine: Engine, writer: LedgerWriter
) -> None:
    old = publish(writer, OLD)
    publish(writer, NEW)
    staged = writer.stage(version("Never."), COLLECTION, writer.begin_run("test"))
    writer.mark_purged([old, staged])
    assert writer.leftovers() == {}
    with Session(engine) as session:
        assert session.get(VersionRow, old) is not None  # history stays, for audits and for citations given before
        assert session.get(VersionRow, staged) is None
        chunks = select(func.count()).select_from(ChunkRow).where(ChunkRow.version_id == staged)
        assert session.execute(chunks).scalar() == 0


def test_ids_of_versions_are_those_of_their_chunks_and_units(writer: LedgerWriter) -> None:
    two = version("One.\nTwo.")
    assert sorted(writer.record_ids([publish(writer, two)])) == sorted(ids(two))
    assert writer.record_ids([]) == []


def test_two_versions_of_a_document_cannot_have_one_number(engine: Engine, writer: LedgerWriter) -> None:
    publish(writer, OLD)
    with Session(engine) as session, pytest.raises(IntegrityError):
        row = session.execute(select(VersionRow)).scalar_one()
        values = {column.key: getattr(row, column.key) for column in VersionRow.__table__.columns if column.key != "id"}
        session.add(VersionRow(**values))
        session.flush()


def test_a_run_is_kept_with_its_counts_and_findings(engine: Engine, writer: LedgerWriter) -> None:
    run = writer.begin_run("docs")
    writer.finish_run(run, {"added": 2}, [Finding("a.pdf", "encrypted", "a.pdf: protected by a password")])
    with Session(engine) as session:
        kept = session.get_one(RunRow, run)
        assert (kept.source, kept.counts) == ("docs", {"added": 2})
        assert kept.finished_at is not None
        assert kept.finished_at >= kept.started_at
        (finding,) = session.execute(select(FindingRow)).scalars()
        assert (finding.item, finding.code) == ("a.pdf", "encrypted")


def test_another_models_collection_is_filled_beside_the_live_one_and_then_switched_to(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    number = publish(writer, OLD)
    writer.ensure_collection("polydesk-b", "another model")
    assert reader.live_collection() == COLLECTION
    assert writer.outside(COLLECTION) == []
    (outside,) = writer.outside("polydesk-b")
    assert (outside.id, outside.key, outside.chunks) == (number, OLD.key, tuple(OLD.chunks))
    writer.move([number], "polydesk-b")
    assert reader.live_collection() == COLLECTION
    writer.switch_collection("polydesk-b")
    assert reader.live_collection() == "polydesk-b"
    assert writer.left_collections() == [COLLECTION]
    writer.forget_collection(COLLECTION)
    assert writer.left_collections() == []


def test_with_nothing_published_any_more_the_next_publication_switches_to_its_own_collection(
    engine: Engine, writer: LedgerWriter, reader: LedgerReader
) -> None:
    writer.retire([publish(writer, OLD)])
    writer.ensure_collection("polydesk-b", "another model")
    publish(writer, NEW, "polydesk-b")
    assert reader.live_collection() == "polydesk-b"
    with Session(engine) as session:
        states = {row.name: row.state for row in session.execute(select(CollectionRow)).scalars()}
    assert states == {COLLECTION: "left", "polydesk-b": "live"}
