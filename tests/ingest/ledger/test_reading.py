"""Readers see what is published, in effect on their day, and meant for their eyes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.writing import LedgerWriter
from ingest.texts import record_id, version_key
from tests.ingest.ledger.versions import COLLECTION, TODAY, digests, publish, stage, texts, version


def test_a_staged_version_is_invisible(writer: LedgerWriter, reader: LedgerReader) -> None:
    new = version("Thirty days.")
    staged = stage(writer, new)
    assert texts(reader, new) == []
    assert reader.live_versions(Scope(TODAY, "manager")) == []
    writer.publish([staged], COLLECTION)
    assert texts(reader, new) == ["Thirty days."]


def test_a_chunk_comes_with_its_very_words_and_where_they_stand(writer: LedgerWriter, reader: LedgerReader) -> None:
    new = version("返品は三十日。\nเก็บใบเสร็จ 🧾\nKeep it.", since="2026-01-01")
    publish(writer, new)
    found = reader.live_chunks([record_id(new.key, 1), record_id(new.key, 2), "unknown"], Scope(TODAY))
    receipt, keep = found[record_id(new.key, 1)], found[record_id(new.key, 2)]
    assert (receipt.text, keep.text) == ("เก็บใบเสร็จ 🧾", "Keep it.")
    assert receipt.units == tuple(new.chunks[1].units)
    assert (receipt.start, receipt.end) == (8, 8 + len(receipt.text))
    assert (receipt.heading, receipt.version.document_id, receipt.version.number) == (("Heading",), "returns.md", 1)
    assert receipt.version.effective_from == date(2026, 1, 1)


THREE = [
    version("Fourteen days.", "file:///docs/r@2024-01-01.md", since="2024-01-01"),
    version("Thirty days.", "file:///docs/r@2026-03-01.md", since="2026-03-01"),
    version("Sixty days.", "file:///docs/r@2027-02-01.md", since="2027-02-01"),
]


IN_EFFECT = {
    "2023-12-31": [],
    "2024-01-01": ["Fourteen days."],
    "2026-02-28": ["Fourteen days."],
    "2026-03-01": ["Thirty days."],
    "2027-01-31": ["Thirty days."],
    "2027-02-01": ["Sixty days."],
    "2030-01-01": ["Sixty days."],
}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_three_dated_versions_the_one_in_effect_on_the_day_is_seen(
    writer: LedgerWriter, reader: LedgerReader, order: Sequence[int]
) -> None:
    for index in order:
        publish(writer, THREE[index])
    seen = {day: texts(reader, *THREE, scope=Scope(date.fromisoformat(day))) for day in IN_EFFECT}
    assert seen == IN_EFFECT


def test_a_version_without_a_date_has_always_been_in_effect(writer: LedgerWriter, reader: LedgerReader) -> None:
    undated = version("Since ever.")
    publish(writer, undated)
    publish(writer, THREE[2])
    assert texts(reader, undated, THREE[2], scope=Scope(date(1999, 1, 1))) == ["Since ever."]
    assert texts(reader, undated, THREE[2], scope=Scope(date(2027, 3, 1))) == ["Sixty days."]


def test_a_version_ends_before_the_day_on_which_it_is_no_longer_in_effect(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    usual = version("Usually seven.", "file:///docs/fees.md", "fees.md")
    sale = version("Free.", "file:///docs/fees@sale.md", "fees.md", since="2026-11-01", until="2026-12-01")
    publish(writer, usual)
    publish(writer, sale)
    assert texts(reader, usual, sale, scope=Scope(date(2026, 11, 30))) == ["Free."]
    assert texts(reader, usual, sale, scope=Scope(date(2026, 12, 1))) == ["Usually seven."]


READERS = {
    "all": ["For all."],
    "agent": ["For all.", "For agents."],
    "manager": ["For all.", "For agents.", "For managers."],
    "warehouse": ["For all.", "For the warehouse."],
}


@pytest.mark.parametrize("audience", READERS)
def test_an_asker_reads_what_is_meant_for_them_and_for_those_below(
    writer: LedgerWriter, reader: LedgerReader, audience: str
) -> None:
    documents = [
        version("For all.", "file:///a.md", "a", audience="all"),
        version("For agents.", "file:///b.md", "b", audience="agent"),
        version("For managers.", "file:///c.md", "c", audience="manager"),
        version("For the warehouse.", "file:///d.md", "d", audience="warehouse"),
    ]
    for document in documents:
        publish(writer, document)
    scope = Scope(TODAY, audience)
    assert texts(reader, *documents, scope=scope) == READERS[audience]
    assert [found.document_id for found in reader.live_versions(scope)] == [
        document.item.document_id for document in documents if document.text in READERS[audience]
    ]


def test_a_newer_version_for_fewer_eyes_hides_the_outdated_one_from_the_others(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    old = version("Refund 50 €.", "file:///g@2025-01-01.md", "g", since="2025-01-01")
    new = version("Refund 80 €.", "file:///g@2026-01-01.md", "g", since="2026-01-01", audience="manager")
    publish(writer, old)
    publish(writer, new)
    assert texts(reader, old, new, scope=Scope(TODAY, "agent")) == []
    assert texts(reader, old, new, scope=Scope(TODAY, "manager")) == ["Refund 80 €."]


def test_a_customers_ticket_is_read_only_where_that_customer_is_named(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    mine = version("My order.", "file:///t.jsonl#1", "ticket/1", audience="agent", customer="C-1")
    theirs = version("Their order.", "file:///t.jsonl#2", "ticket/2", audience="agent", customer="C-2")
    policy = version("Thirty days.")
    for new in (mine, theirs, policy):
        publish(writer, new)

    def seen(audience: str, customer: str | None) -> list[str]:
        scope = Scope(TODAY, audience, customer)
        live = [found.document_id for found in reader.live_versions(scope)]
        shown = texts(reader, mine, theirs, policy, scope=scope)
        assert len(live) == len(shown)
        return shown

    assert seen("agent", None) == ["Thirty days."]
    assert seen("manager", None) == ["Thirty days."]
    assert seen("manager", "") == ["Thirty days."]
    assert seen("agent", "C-1") == ["My order.", "Thirty days."]
    assert seen("agent", "C-2") == ["Their order.", "Thirty days."]
    assert seen("all", "C-1") == ["Thirty days."]


def test_the_generation_changes_when_something_is_published_or_ends_and_not_before(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    seen = [reader.generation()]
    staged = stage(writer, version("Thirty days."))
    assert reader.generation() == seen[-1]
    writer.publish([staged], COLLECTION)
    seen.append(reader.generation())
    publish(writer, version("Sixty days."))
    seen.append(reader.generation())
    writer.retire([staged + 1])
    seen.append(reader.generation())
    assert len(set(seen)) == 4


def test_more_ids_than_one_statement_takes_are_all_found(writer: LedgerWriter, reader: LedgerReader) -> None:
    new = version("\n".join(f"Line {n}." for n in range(1100)))
    publish(writer, new)
    assert texts(reader, new) == new.text.split("\n")


def test_the_chunks_of_some_versions_are_told_with_their_digests_up_to_a_number(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    one, two = version("Fourteen days.\nKeep it."), version("Thirty days.", "file:///docs/b.md", "b.md")
    for new in (one, two):
        publish(writer, new)
    both = reader.chunks_of([one.key, two.key, "unknown"], 10)
    assert set(both) == {record_id(one.key, 0), record_id(one.key, 1), record_id(two.key, 0)}
    assert set(both.values()) == digests(one) | digests(two)
    assert set(reader.chunks_of([two.key], 10)) == {record_id(two.key, 0)}
    assert len(reader.chunks_of([one.key, two.key], 2)) == 2
    assert {each for each in (*both, "unknown") if version_key(each) == two.key} == {record_id(two.key, 0)}
    assert {version_key(each) for each in both} == {one.key, two.key}
