"""The live shelf keeps what is or will be in effect, the past one what was; what another version owns is not lost."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ingest.ledger.shelving import Leftover, Shelving
from ingest.ledger.tables import ChunkRow, VersionRow
from ingest.ledger.writing import LedgerWriter
from tests.ingest.ledger.versions import COLLECTION, digests, ids, publish, stage, version

OLD, NEW = version("Fourteen days."), version("Thirty days.")
GONE = version("Gone.", "file:///docs/gone.md", "gone.md")


def left(shelving: Shelving) -> dict[int, Leftover]:
    return {each.version_id: each for each in shelving.leftovers()}


def test_leftovers_are_what_was_staged_superseded_or_retired(writer: LedgerWriter, shelving: Shelving) -> None:
    old = publish(writer, OLD)
    publish(writer, NEW)
    retired = publish(writer, GONE)
    writer.retire([retired])
    never = version("Never.", "file:///docs/never.md", "never.md")
    staged = stage(writer, never)
    found = left(shelving)
    assert {number: (sorted(each.dropped), each.kept_for_the_past) for number, each in found.items()} == {
        old: (sorted(ids(OLD)), True),
        retired: (sorted(ids(GONE)), True),
        staged: (sorted(ids(never)), False),
    }


def test_a_text_that_was_replaced_on_its_own_day_is_not_kept_for_the_past(
    writer: LedgerWriter, shelving: Shelving
) -> None:
    publish(writer, OLD)
    corrected = publish(writer, NEW)
    publish(writer, version("Forty days."))
    assert not left(shelving)[corrected].kept_for_the_past


def test_what_waits_for_its_successors_day_stays_on_the_live_shelf(writer: LedgerWriter, engine: Engine) -> None:
    waiting = publish(writer, OLD)
    publish(writer, version("Thirty days.", since="2027-02-01"))
    assert left(Shelving(engine, lambda: date(2027, 1, 31))) == {}
    assert set(left(Shelving(engine, lambda: date(2027, 2, 1)))) == {waiting}


def test_a_future_text_whose_file_left_before_its_day_leaves_the_live_shelf(
    writer: LedgerWriter, shelving: Shelving
) -> None:
    future = publish(writer, version("Thirty days.", since="2999-01-01"))
    writer.retire([future])
    assert not left(shelving)[future].kept_for_the_past


def test_leftovers_never_drop_what_a_published_version_owns(writer: LedgerWriter, shelving: Shelving) -> None:
    """A text that came back has the same ids as its first appearance, which is still to be cleaned."""
    first = publish(writer, OLD)
    between = publish(writer, NEW)
    publish(writer, OLD)
    found = left(shelving)
    assert (found[first].dropped, sorted(found[first].records)) == ((), sorted(ids(OLD)))
    assert sorted(found[between].dropped) == sorted(ids(NEW))


def test_a_file_staged_again_at_a_new_place_does_not_endanger_the_old_one(
    writer: LedgerWriter, shelving: Shelving
) -> None:
    publish(writer, OLD)
    staged = stage(writer, OLD)
    assert left(shelving)[staged].dropped == ()


def test_what_was_put_elsewhere_is_no_leftover_and_what_never_went_live_is_forgotten(
    engine: Engine, writer: LedgerWriter, shelving: Shelving
) -> None:
    old = publish(writer, OLD)
    publish(writer, NEW)
    staged = stage(writer, version("Never."))
    shelving.put([old], "past")
    shelving.put([staged], "none")
    assert left(shelving) == {}
    assert set(shelving.owned("past", COLLECTION)) == set(ids(OLD))
    with Session(engine) as session:
        assert session.get_one(VersionRow, old).text == "Fourteen days."  # history stays, for audits and citations
        assert session.get(VersionRow, staged) is None
        parts = select(func.count()).select_from(ChunkRow).where(ChunkRow.version_id == staged)
        assert session.execute(parts).scalar() == 0


def test_ids_of_versions_are_those_of_their_chunks(writer: LedgerWriter, shelving: Shelving) -> None:
    two = version("One.\nTwo.")
    assert sorted(shelving.record_ids([publish(writer, two)])) == sorted(ids(two))
    assert shelving.record_ids([]) == []


def test_a_shelf_owns_the_digest_of_every_record_but_only_in_its_own_collection(
    writer: LedgerWriter, shelving: Shelving
) -> None:
    number = publish(writer, OLD)
    owned = shelving.owned("live", COLLECTION)
    assert set(owned) == set(ids(OLD))
    assert set(owned.values()) == shelving.digests(number) == digests(OLD)
    assert shelving.owned("past", COLLECTION) == {}
    assert shelving.owned("live", "polydesk-b") == {}


def test_a_version_that_is_only_staged_vouches_for_nothing(writer: LedgerWriter, shelving: Shelving) -> None:
    """Its records may never have reached the store."""
    stage(writer, OLD)
    assert shelving.owned("live", COLLECTION) == {}
