"""The store is checked against the ledger record by record, mended, rebuilt and rolled back without embedding again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ingest.compact import compact
from ingest.errors import IngestUserError, StoreError
from ingest.ledger.collections import Collections, past_name
from ingest.ledger.history import DocumentHistory
from ingest.ledger.reading import Scope
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import VectorRow
from ingest.ledger.vectors import VectorShelf
from ingest.lexical import Entry
from ingest.rollback import choose_version, rollback
from ingest.shelves import Shelves
from ingest.verify import Discrepancy, Report, Verifier
from tests.ingest.shelf import DAY, Shelf

OLD = "# Returns\n\nThe deadline is 14 days.\n\n## Costs\n\nA parcel is free.\n"
NEW = OLD.replace("14 days", "30 days")


def verified(shelf: Shelf, repair: bool = False) -> Report:
    knowledge = shelf.knowledge
    shelving = Shelving(knowledge.engine)
    shelves = Shelves(knowledge, shelving)
    return Verifier(shelves, shelving, Collections(knowledge.engine)).verify(repair)


def altered(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Nearly the same, and of the same length."""
    moved = vector.copy()
    moved[0] += 0.01
    result: NDArray[np.float32] = moved / np.linalg.norm(moved)
    return result


def with_history(shelf: Shelf) -> None:
    for text in (OLD, NEW):
        shelf.write("returns.md", text)
        shelf.ingest()


def test_a_sound_store_has_every_record_of_the_present_and_of_the_past(shelf: Shelf) -> None:
    with_history(shelf)
    assert verified(shelf) == Report(records=4, found=())


def test_each_kind_of_damage_is_named_and_mended(shelf: Shelf) -> None:
    shelf.write("delivery.md", "# Delivery\n\nTwo days.\n\n## Islands\n\nFive days.\n")
    with_history(shelf)
    live = shelf.knowledge.store.collection(shelf.knowledge.collection_name)
    past = shelf.knowledge.store.collection(past_name(live.name))
    first, second, third, fourth = sorted(live.ids())
    before = {record.id: record for record in live.get([first, second, third, fourth])}
    live.delete([first])
    live.add([replace(before[second], text="The deadline is 90 days.")])
    live.add([replace(before[third], vector=np.zeros_like(before[third].vector))])
    live.add([replace(before[fourth], vector=altered(before[fourth].vector))])
    live.add([replace(before[first], id="stray:0")])
    gone = next(iter(past.ids()))
    past.delete([gone])
    words = shelf.knowledge.words.live
    first_chunk, *_, last_chunk = sorted(words.ids())
    words.delete([first_chunk])
    words.write([Entry(last_chunk, "en", "The deadline is 90 days."), Entry("stray:1", "en", "A stray.")])
    found = verified(shelf)
    assert {(each.shelf, each.index, each.fault, each.record_id) for each in found.found} == {
        ("live", "vector", "missing", first),
        ("live", "vector", "other-text", second),
        ("live", "vector", "no-vector", third),
        ("live", "vector", "no-vector", fourth),
        ("live", "vector", "surplus", "stray:0"),
        ("past", "vector", "missing", gone),
        ("live", "lexical", "missing", first_chunk),
        ("live", "lexical", "other-text", last_chunk),
        ("live", "lexical", "surplus", "stray:1"),
    }
    assert not found.is_sound
    assert verified(shelf, repair=True).repaired == 9
    assert verified(shelf) == Report(records=6, found=())
    for record in live.get(list(before)):
        assert (record.text, record.metadata) == (before[record.id].text, before[record.id].metadata)
        assert np.allclose(record.vector, before[record.id].vector, atol=1e-3)


@pytest.mark.parametrize("past", [False, True])
def test_vectors_that_the_ledger_lost_or_holds_in_part_or_altered_are_found_and_made_again(
    shelf: Shelf, past: bool
) -> None:
    with_history(shelf)
    engine, shelving, name = shelf.knowledge.engine, Shelving(shelf.knowledge.engine), shelf.knowledge.collection_name
    owned = shelving.owned("past" if past else "live", name)
    record, digest = next((id, owned[id]) for id in sorted(owned) if id.endswith(":0"))  # only this version has it
    kept = VectorShelf(engine, shelf.knowledge.embedder.fingerprint)
    before = kept.get([digest])[digest]
    whole = before.to_bytes()
    other = replace(before, body=-before.body).to_bytes()
    flipped = whole[:-1] + bytes([whole[-1] ^ 1])
    for damaged in (None, whole[:-1], flipped, b"", other):
        with Session(engine) as session, session.begin():
            row = VectorRow.digest == digest
            if damaged is None:
                session.execute(delete(VectorRow).where(row))
            else:
                session.execute(update(VectorRow).where(row).values(payload=damaged))
        expected = (Discrepancy("past" if past else "live", "vector", "no-vector", record),)
        assert verified(shelf).found == expected
        assert verified(shelf, repair=True).repaired == 1
        assert verified(shelf) == Report(records=4, found=())
        made = kept.get([digest])[digest]
        assert np.allclose(made.units, before.units, atol=2e-3)
        assert np.unpackbits(made.tokens ^ before.tokens).mean() < 1e-3


def test_a_compacted_store_says_the_same_under_another_name(shelf: Shelf) -> None:
    with_history(shelf)
    old_name, yesterday = shelf.knowledge.collection_name, Scope(DAY - timedelta(days=1))
    before = shelf.texts(), shelf.texts("deadline", yesterday)
    for _twice in range(2):
        done = compact(shelf.knowledge)
        assert done is not None
        assert done.records == 4
        assert (shelf.texts(), shelf.texts("deadline", yesterday)) == before
        assert verified(shelf).is_sound
    assert shelf.knowledge.collection_name == old_name
    assert set(shelf.knowledge.store.list_collections()) == {old_name, past_name(old_name)}
    assert shelf.ingest().embedded == 0


def test_a_damaged_store_is_not_compacted_but_left_as_it_is(shelf: Shelf) -> None:
    with_history(shelf)
    name = shelf.knowledge.collection_name
    live = shelf.knowledge.store.collection(name)
    live.delete(list(live.ids())[:1])
    with pytest.raises(StoreError, match="verify --repair"):
        compact(shelf.knowledge)
    assert shelf.knowledge.collection_name == name
    verified(shelf, repair=True)
    assert compact(shelf.knowledge) is not None


def test_rolling_back_publishes_the_old_text_again_and_the_source_is_left_alone_until_it_changes(shelf: Shelf) -> None:
    with_history(shelf)
    live, chosen = choose_version(shelf.knowledge.engine, "returns.md", None, date.today())
    assert (live.number, chosen.number) == (2, 1)
    assert rollback(shelf.knowledge, live, chosen) == 3
    assert shelf.is_tidy()
    assert shelf.texts("deadline") == ["A parcel is free.", "The deadline is 14 days."]
    assert shelf.ingest().unchanged == 1
    assert verified(shelf).is_sound
    shelf.write("returns.md", NEW.replace("30", "45"))
    shelf.ingest()
    assert "The deadline is 45 days." in shelf.texts("deadline")


def test_what_cannot_be_rolled_back_says_why(shelf: Shelf) -> None:
    shelf.write("returns.md", OLD)
    shelf.ingest()
    engine = shelf.knowledge.engine
    for document, number, why in (
        ("retuns.md", None, "no such document; did you mean returns.md"),
        ("returns.md", None, "no earlier version"),
        ("returns.md", 1, "the live one already"),
        ("returns.md", 7, "no version 7; there are 1 to 1"),
    ):
        with pytest.raises(IngestUserError, match=why):
            choose_version(engine, document, number, date.today())


def test_every_version_says_when_it_was_in_effect(shelf: Shelf) -> None:
    shelf.write("returns@2999-01-01.md", NEW)
    with_history(shelf)
    versions = DocumentHistory(shelf.knowledge.engine).versions("returns.md", DAY)
    assert [(each.number, each.status) for each in versions] == [(1, "past"), (2, "waiting"), (3, "live")]
