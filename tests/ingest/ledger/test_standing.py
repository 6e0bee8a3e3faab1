"""One short code says whether anything that can be read on a day has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from ingest.ledger.collections import Collections
from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.standing import Standing
from ingest.ledger.tables import ChunkRow, VersionRow
from ingest.ledger.writing import LedgerWriter
from tests.ingest.ledger.versions import COLLECTION, TODAY, publish, stage, version

OTHER = "file:///docs/warranty.md"


@pytest.fixture
def standing(engine: Engine, writer: LedgerWriter) -> Standing:
    publish(writer, version("Thirty days."))
    publish(writer, version("Two years.", OTHER, "warranty.md"))
    return Standing(engine)


def forget(engine: Engine, uri: str) -> None:
    """As an erasure does, which takes a version away and leaves no time behind."""
    with Session(engine) as session, session.begin():
        ids = list(session.scalars(select(VersionRow.id).where(VersionRow.uri == uri)))
        session.execute(delete(ChunkRow).where(ChunkRow.version_id.in_(ids)))
        session.execute(delete(VersionRow).where(VersionRow.id.in_(ids)))


def move(engine: Engine) -> None:
    """As a compaction does."""
    Collections(engine).ensure("polydesk-b", "b", "b")
    Collections(engine).switch("polydesk-b", COLLECTION)


def test_it_stays_as_long_as_nothing_is_published(standing: Standing, writer: LedgerWriter) -> None:
    before = standing.on(TODAY)
    stage(writer, version("Sixty days."))  # nobody reads it yet
    assert standing.on(TODAY) == before == standing.on(TODAY + timedelta(days=300))


CHANGES: list[Callable[[Engine, LedgerWriter], object]] = [
    lambda _, writer: publish(writer, version("Sixty days.")),
    lambda _, writer: publish(writer, version("Something new.", "file:///docs/new.md", "new.md")),
    lambda _, writer: publish(writer, version("Thirty days.", audience="manager")),
    lambda _, writer: writer.retire([each.version_id for each in writer.published().values()][:1]),
    lambda engine, _: forget(engine, "file:///docs/returns.md"),
    lambda engine, _: forget(engine, OTHER),
    lambda engine, _: move(engine),
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_what_is_live_changes_it(
    standing: Standing, engine: Engine, writer: LedgerWriter, change: Callable[[Engine, LedgerWriter], object]
) -> None:
    before = standing.on(TODAY)
    change(engine, writer)
    assert standing.on(TODAY) != before


def test_what_was_rolled_back_is_not_what_was_before(standing: Standing, writer: LedgerWriter) -> None:
    codes = {standing.on(TODAY)}
    for text in ("Sixty days.", "Thirty days."):
        publish(writer, version(text))
        codes.add(standing.on(TODAY))
    assert len(codes) == 3


def test_a_future_version_and_the_end_of_one_change_it_on_their_day_alone(
    standing: Standing, writer: LedgerWriter
) -> None:
    publish(writer, version("Ninety days.", "file:///docs/r@2027-02-01.md", since="2027-02-01", until="2027-05-01"))
    days = [date(2026, 12, 1), date(2027, 1, 31), date(2027, 2, 1), date(2027, 4, 30), date(2027, 5, 1)]
    codes = [standing.on(day) for day in days]
    assert codes[0] == codes[1] != codes[2] == codes[3] != codes[4]


def test_all_of_some_versions_have_to_be_live_for_the_asker(writer: LedgerWriter, reader: LedgerReader) -> None:
    everybodys = publish(writer, version("Thirty days."))
    managers = publish(writer, version("Two years.", OTHER, "warranty.md", audience="manager"))
    customers = publish(writer, version("My own.", "file:///t", "t", customer="C-1"))
    assert reader.are_live([everybodys, managers], Scope(TODAY, "manager"))
    assert not reader.are_live([everybodys, managers], Scope(TODAY, "agent"))
    assert not reader.are_live([customers], Scope(TODAY, "manager"))
    assert not reader.are_live([everybodys, 99_999], Scope(TODAY))
    publish(writer, version("Sixty days."))
    assert not reader.are_live([everybodys], Scope(TODAY))
    assert reader.are_live([], Scope(TODAY))
