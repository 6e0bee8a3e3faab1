"""Versions are staged, published in one step, and retired."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ingest.documents import Finding
from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.runs import RunLog
from ingest.ledger.tables import FindingRow, RunRow, VersionRow
from ingest.ledger.writing import LedgerWriter
from tests.ingest.ledger.versions import COLLECTION, TODAY, publish, stage, texts, version, with_id

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
    staged = stage(writer, NEW)

    def break_off(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE collections"):
            raise ConnectionError("the database went away")

    event.listen(engine, "before_cursor_execute", break_off)
    with pytest.raises(ConnectionError):
        writer.publish([staged], COLLECTION)
    event.remove(engine, "before_cursor_execute", break_off)
    assert texts(reader, OLD, NEW) == ["Fourteen days."]
    assert set(writer.published()) == {NEW.item.uri}


def test_a_batch_gives_each_of_its_items_what_it_would_have_got_alone(engine: Engine, writer: LedgerWriter) -> None:
    """New ones, with and without a day of their own; one that is changed, one that moved; two texts of one item."""
    moved_from = version("Moved.", "file:///docs/before.md", "moved.md")
    at = publish(writer, OLD), publish(writer, moved_from)
    batch = [
        version("New.", "file:///docs/new.md", "new.md"),
        version("For a day.", "file:///docs/dated.md", "dated.md", since="2026-12-01"),
        NEW,
        version("Moved.", "file:///docs/after.md", "moved.md"),
        version("First.", "file:///docs/twice.md", "twice.md"),
        version("Second.", "file:///docs/twice.md", "twice.md"),
    ]
    staged = writer.stage(batch, COLLECTION, None)
    writer.publish(staged, COLLECTION, {staged[3]: at[1]})
    with Session(engine) as session:
        rows = session.execute(select(VersionRow).order_by(VersionRow.id)).scalars().all()
        assert [(row.text, row.state, row.starts_on, row.ends_on, row.published_at is None) for row in rows] == [
            ("Fourteen days.", "superseded", None, TODAY, False),
            ("Moved.", "superseded", None, date(1, 1, 1), False),
            ("New.", "published", None, None, False),
            ("For a day.", "published", date(2026, 12, 1), None, False),
            ("Thirty days.", "published", TODAY, None, False),
            ("Moved.", "published", None, None, False),
            ("First.", "superseded", None, TODAY, False),
            ("Second.", "published", TODAY, None, False),
        ]


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


def test_two_versions_of_a_document_cannot_have_one_number(engine: Engine, writer: LedgerWriter) -> None:
    publish(writer, OLD)
    with Session(engine) as session, pytest.raises(IntegrityError):
        row = session.execute(select(VersionRow)).scalar_one()
        values = {column.key: getattr(row, column.key) for column in VersionRow.__table__.columns if column.key != "id"}
        session.add(VersionRow(**values))
        session.flush()


def test_a_run_is_kept_with_its_counts_and_findings(engine: Engine) -> None:
    runs = RunLog(engine)
    run = runs.begin("docs")
    runs.finish(run, {"added": 2}, [Finding("a.pdf", "encrypted", "a.pdf: protected by a password")])
    with Session(engine) as session:
        kept = session.get_one(RunRow, run)
        assert (kept.source, kept.counts) == ("docs", {"added": 2})
        assert kept.finished_at is not None
        assert kept.finished_at >= kept.started_at
        (finding,) = session.execute(select(FindingRow)).scalars()
        assert (finding.item, finding.code) == ("a.pdf", "encrypted")
