"""Readers are sent to one collection; another model's is filled beside it and then switched to."""

from __future__ import annotations

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ingest.ledger.collections import CollectionInfo, Collections, first_name
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import ChunkRow, CollectionRow
from ingest.ledger.vectors import VectorShelf
from ingest.ledger.writing import LedgerWriter
from tests.ingest.ledger.versions import COLLECTION, digests, publish, random_vectors, version

OLD, NEW = version("Fourteen days."), version("Thirty days.")


def test_there_is_nothing_to_search_before_the_first_publication(
    writer: LedgerWriter, collections: Collections
) -> None:
    assert collections.live() is None
    publish(writer, OLD)
    assert collections.live() == CollectionInfo(COLLECTION, "a model", "a")


def test_another_models_collection_is_filled_beside_the_live_one_and_then_switched_to(
    writer: LedgerWriter, collections: Collections
) -> None:
    number = publish(writer, OLD)
    collections.ensure("polydesk-b", "another model", "b")
    assert list(collections.outside(COLLECTION)) == []
    (outside,) = collections.outside("polydesk-b")
    assert (outside.id, outside.key, outside.shelf, outside.chunks) == (number, OLD.key, "live", tuple(OLD.chunks))
    collections.move([outside], "polydesk-b")
    assert collections.live() == CollectionInfo(COLLECTION, "a model", "a")
    collections.switch("polydesk-b")
    assert collections.live() == CollectionInfo("polydesk-b", "another model", "b")
    assert collections.left() == [COLLECTION]
    collections.forget(COLLECTION)
    assert collections.left() == []


def test_what_moves_is_found_by_the_digests_of_today_whatever_they_were(
    engine: Engine, writer: LedgerWriter, collections: Collections, shelving: Shelving
) -> None:
    moved, stays = publish(writer, OLD), publish(writer, version("Kept.", "file:///docs/kept.md", "kept.md"))
    with Session(engine) as session, session.begin():
        session.execute(update(ChunkRow).values(digest=""))  # as before digests were kept
    collections.move([collections.version(moved)], "polydesk-b")
    assert shelving.digests(moved) == digests(OLD)
    assert shelving.digests(stays) == {""}


def test_a_models_vectors_go_with_its_last_collection(
    engine: Engine, writer: LedgerWriter, collections: Collections
) -> None:
    publish(writer, OLD)
    a, b = VectorShelf(engine, "a"), VectorShelf(engine, "b")
    for shelf in (a, b):
        shelf.put({"digest": random_vectors(1)})
    collections.ensure("polydesk-a-2", "a model", "a")
    collections.ensure("polydesk-b", "another model", "b")
    collections.forget(COLLECTION)
    assert set(a.get(["digest"])) == {"digest"}
    collections.forget("polydesk-a-2")
    assert a.get(["digest"]) == {}
    assert set(b.get(["digest"])) == {"digest"}


def test_a_model_keeps_its_collection_and_a_new_one_gets_a_new_name(
    writer: LedgerWriter, collections: Collections
) -> None:
    publish(writer, OLD)
    assert collections.named_for("a") == COLLECTION
    assert collections.named_for("new") == first_name("new")
    collections.ensure("polydesk-new-2", "new model", "new")
    assert collections.named_for("new") == "polydesk-new-2"


def test_with_nothing_published_any_more_the_next_publication_switches_to_its_own_collection(
    engine: Engine, writer: LedgerWriter, collections: Collections
) -> None:
    writer.retire([publish(writer, OLD)])
    collections.ensure("polydesk-b", "another model", "b")
    publish(writer, NEW, "polydesk-b")
    with Session(engine) as session:
        states = {row.name: row.state for row in session.execute(select(CollectionRow)).scalars()}
    assert states == {COLLECTION: "left", "polydesk-b": "live"}
