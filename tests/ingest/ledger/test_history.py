"""What was in effect on a day is still found when it is asked for as of that day."""

from __future__ import annotations

from datetime import date

from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.writing import LedgerWriter, NewVersion
from tests.ingest.ledger.versions import COLLECTION, TODAY, publish, stage, texts, version

YESTERDAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 22)
OLD, NEW = version("Fourteen days."), version("Thirty days.")


def test_an_undated_text_was_in_effect_until_the_day_it_was_replaced(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    publish(writer, OLD)
    publish(writer, NEW)
    assert seen(reader, YESTERDAY, OLD, NEW) == ["Fourteen days."]
    assert seen(reader, TODAY, OLD, NEW) == ["Thirty days."]


def test_a_dated_successor_takes_effect_on_its_own_day_also_in_the_past(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    new = version("Thirty days.", since="2026-03-01")
    publish(writer, OLD)
    publish(writer, new)
    assert seen(reader, date(2026, 2, 28), OLD, new) == ["Fourteen days."]
    assert seen(reader, date(2026, 3, 1), OLD, new) == ["Thirty days."]


def test_a_future_text_of_the_same_file_waits_and_the_old_one_serves_until_then(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    new = version("Thirty days.", since="2027-02-01")
    publish(writer, OLD)
    publish(writer, new)
    assert seen(reader, TODAY, OLD, new) == ["Fourteen days."]
    assert seen(reader, date(2027, 1, 31), OLD, new) == ["Fourteen days."]
    assert seen(reader, date(2027, 2, 1), OLD, new) == ["Thirty days."]


def test_a_correction_of_what_waits_does_not_end_what_serves(writer: LedgerWriter, reader: LedgerReader) -> None:
    wrong, right = (version(f"{words} days.", since="2027-02-01") for words in ("Thirteen", "Thirty"))
    for each in (OLD, wrong, right):
        publish(writer, each)
    assert seen(reader, TODAY, OLD, wrong, right) == ["Fourteen days."]
    assert seen(reader, date(2027, 2, 1), OLD, wrong, right) == ["Thirty days."]


def test_what_replaces_a_waiting_text_at_once_also_ends_what_served_until_then(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    waiting, now = version("Thirty days.", since="2027-02-01"), version("Forty days.")
    for each in (OLD, waiting, now):
        publish(writer, each)
    for day in (TODAY, date(2027, 2, 1)):
        assert seen(reader, day, OLD, waiting, now) == ["Forty days."]
    assert seen(reader, YESTERDAY, OLD, waiting, now) == ["Fourteen days."]


def test_a_correction_with_the_same_date_was_never_otherwise(writer: LedgerWriter, reader: LedgerReader) -> None:
    wrong, right = (version(f"{words} days.", since="2026-01-01") for words in ("Thirteen", "Thirty"))
    publish(writer, wrong)
    publish(writer, right)
    assert seen(reader, date(2026, 6, 1), wrong, right) == ["Thirty days."]


def test_what_left_its_source_is_found_as_of_the_day_before(writer: LedgerWriter, reader: LedgerReader) -> None:
    writer.retire([publish(writer, OLD)])
    assert seen(reader, YESTERDAY, OLD) == ["Fourteen days."]
    assert seen(reader, TODAY, OLD) == []
    publish(writer, NEW)  # the file comes back
    assert seen(reader, YESTERDAY, OLD, NEW) == ["Fourteen days."]


def test_nothing_waits_for_a_file_that_left(writer: LedgerWriter, reader: LedgerReader) -> None:
    publish(writer, OLD)
    future = version("Thirty days.", since="2027-02-01")
    writer.retire([publish(writer, future)])
    for day in (TODAY, TOMORROW, date(2027, 2, 1)):
        assert seen(reader, day, OLD, future) == []


def test_a_renamed_file_keeps_its_history_and_counts_once(writer: LedgerWriter, reader: LedgerReader) -> None:
    old = publish(writer, NEW)
    renamed = version("Thirty days.", "file:///docs/refunds.md", "refunds.md")
    staged = stage(writer, renamed)
    writer.publish([staged], COLLECTION, moved={staged: old})
    for day in (YESTERDAY, TODAY):
        assert seen(reader, day, NEW, renamed) == ["Thirty days."]
    (live,) = reader.live_versions(Scope(TODAY))
    assert live.document_id == "refunds.md"


def test_the_same_words_read_again_change_nothing_about_the_past(writer: LedgerWriter, reader: LedgerReader) -> None:
    publish(writer, OLD)
    publish(writer, version("Fourteen days.", audience="agent"))
    assert seen(reader, YESTERDAY, OLD) == ["Fourteen days."]


def seen(reader: LedgerReader, day: date, *news: NewVersion) -> list[str]:
    return texts(reader, *news, scope=Scope(day))
