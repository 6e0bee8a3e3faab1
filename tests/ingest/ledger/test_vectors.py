"""The ledger keeps the vectors of every text that a version has, and of no other."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import VectorRow
from ingest.ledger.vectors import VectorShelf, drop_unowned
from ingest.ledger.writing import LedgerWriter
from tests.ingest.ledger.versions import digests, publish, random_vectors, stage, version

ONE, TWO = random_vectors(1), random_vectors(2, units=5)
LINES = version("Fourteen days.\nKeep it.")


@pytest.fixture
def kept(engine: Engine) -> VectorShelf:
    return VectorShelf(engine, "a")


def payload(engine: Engine, digest: str) -> bytes:
    with engine.connect() as connection:
        return connection.execute(select(VectorRow.payload).where(VectorRow.digest == digest)).scalar_one()


def test_vectors_come_back_by_the_digest_of_their_text(kept: VectorShelf) -> None:
    kept.put({"one": ONE, "two": TWO})
    found = kept.get(["two", "no such", "one", "one"])
    assert set(found) == {"one", "two"}
    assert np.array_equal(found["two"].units, TWO.units)
    assert np.array_equal(found["one"].tokens, ONE.tokens)
    assert kept.get([]) == {}


def test_vectors_of_two_models_never_meet(engine: Engine, kept: VectorShelf) -> None:
    other = VectorShelf(engine, "b")
    kept.put({"one": ONE})
    assert other.get(["one"]) == {}
    other.put({"one": TWO})
    assert [len(shelf.get(["one"])["one"].units) for shelf in (kept, other)] == [2, 5]
    kept.drop(["one"])
    assert (set(kept.get(["one"])), set(other.get(["one"]))) == (set(), {"one"})


def test_putting_again_replaces_what_was_there(engine: Engine, kept: VectorShelf) -> None:
    kept.put({"one": ONE, "two": TWO})
    kept.put({"one": TWO})
    assert {digest: len(found.units) for digest, found in kept.get(["one", "two"]).items()} == {"one": 5, "two": 5}
    kept.put({})
    with Session(engine) as session:
        assert session.execute(select(func.count()).select_from(VectorRow)).scalar() == 2


def test_a_row_that_was_damaged_is_as_if_it_were_not_there(engine: Engine, kept: VectorShelf) -> None:
    kept.put({"cut": ONE, "blank": ONE, "whole": TWO})
    for digest, damaged in (("cut", payload(engine, "cut")[:-1]), ("blank", b"")):
        with Session(engine) as session, session.begin():
            session.execute(update(VectorRow).where(VectorRow.digest == digest).values(payload=damaged))
    assert set(kept.get(["cut", "blank", "whole"])) == {"whole"}
    kept.put({"cut": ONE})
    assert set(kept.get(["cut", "whole"])) == {"cut", "whole"}


def test_more_vectors_than_one_statement_takes_are_all_kept_and_all_found(kept: VectorShelf) -> None:
    many = {f"digest {n}": ONE for n in range(1100)}
    kept.put(many)
    assert set(kept.get(many)) == set(many)
    kept.drop(list(many)[:-1])
    assert len(kept.get(many)) == 1


def with_vectors(kept: VectorShelf, texts: set[str]) -> set[str]:
    kept.put(dict.fromkeys(texts, ONE))
    return texts


def test_vectors_that_no_version_owns_are_dropped_and_no_others(
    engine: Engine, kept: VectorShelf, writer: LedgerWriter, shelving: Shelving
) -> None:
    publish(writer, LINES)
    past = version("Thirty days.", "file:///docs/old.md", "old.md")
    shelving.put([publish(writer, past)], "past")
    owned = with_vectors(kept, digests(LINES) | digests(past))
    with_vectors(kept, {"stray", "another stray"})
    with Session(engine) as session, session.begin():
        drop_unowned(session, [*owned, "stray"])
    there = set(kept.get([*owned, "stray", "another stray"]))
    assert there == {*owned, "another stray"}  # it was asked about the other alone


def test_a_run_that_died_leaves_no_vectors_but_those_another_version_has(
    engine: Engine, kept: VectorShelf, writer: LedgerWriter, shelving: Shelving
) -> None:
    published = with_vectors(kept, digests(LINES))
    publish(writer, LINES)
    dead = version("Fourteen days.\nThrow it away.")
    assert len(digests(dead) & published) == 1
    with_vectors(kept, digests(dead))
    shelving.put([stage(writer, dead)], "none")
    assert set(kept.get(digests(dead) | published)) == published


def test_vectors_of_a_text_that_was_retired_before_its_day_are_dropped(
    kept: VectorShelf, writer: LedgerWriter, shelving: Shelving
) -> None:
    future = version("Sixty days.", "file:///docs/f.md", "f.md", since="2999-01-01")
    number = publish(writer, future)
    with_vectors(kept, digests(future))
    writer.retire([number])
    (left,) = shelving.leftovers()
    assert not left.kept_for_the_past
    shelving.put([number], "none")
    assert kept.get(digests(future)) == {}


def test_a_text_kept_for_the_past_keeps_its_vectors(
    kept: VectorShelf, writer: LedgerWriter, shelving: Shelving
) -> None:
    old = publish(writer, LINES)
    with_vectors(kept, digests(LINES))
    publish(writer, version("Thirty days."))
    shelving.put([old], "past")
    assert set(kept.get(digests(LINES))) == digests(LINES)
