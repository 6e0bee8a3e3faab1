"""A run embeds what changed and nothing else, loses nothing silently, and leaves no version half replaced."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest import pipeline
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import IngestUserError, LedgerError
from ingest.ledger.collections import Collections
from ingest.ledger.locks import writer_lock
from ingest.ledger.reading import Scope
from ingest.ledger.tables import FindingRow, LockRow, RunRow, VectorRow
from ingest.ledger.writing import LedgerWriter
from ingest.plan import Plan, make_plan
from ingest.runs import IngestOptions, ingest_into
from ingest.shelves import Ahead, Shelves, Version
from ingest.sources import open_source
from tests.ingest.shelf import DAY, Shelf

RETURNS = """# Returns

## Deadline

Articles can be returned within 30 days. The day of delivery does not count.

## Costs

Sending a parcel back is free. Furniture is collected for 29 euros.
"""
DELIVERY = "# Delivery\n\nParcels arrive within two working days.\n"


def test_a_second_run_embeds_nothing(shelf: Shelf) -> None:
    shelf.write("returns.md", RETURNS)
    shelf.write("group/delivery.md", DELIVERY)
    first = shelf.ingest()
    assert (first.added, first.chunks, first.embedded) == (2, 3, 3 + 3)
    assert first.counts() == dict.fromkeys(first.counts(), 0) | {
        "added": 2,
        "chunks": 3,
        "embedded": 6,
        "chunks_embedded": 3,
    }
    second = shelf.ingest()
    assert second.counts() == dict.fromkeys(second.counts(), 0) | {"unchanged": 2}
    assert shelf.is_tidy()


def test_a_document_is_embedded_while_the_one_before_is_written(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "_BATCH_DOCUMENTS", 1)
    embedded, publish, encode = threading.Event(), LedgerWriter.publish, Shelves.encode
    published: list[bool] = []

    def encoding(self: Shelves, versions: Sequence[Version]) -> Ahead:
        made = encode(self, versions)
        if "delivery" in versions[0][1].lower():
            embedded.set()
        return made

    def publishing(self: LedgerWriter, *arguments: Any) -> None:
        published.append(embedded.wait(60))
        publish(self, *arguments)

    monkeypatch.setattr(Shelves, "encode", encoding)
    monkeypatch.setattr(LedgerWriter, "publish", publishing)
    shelf.write("a.md", RETURNS)
    shelf.write("b.md", DELIVERY)
    shelf.write("c.md", DELIVERY)
    summary = shelf.ingest()
    assert published == [True] * 3
    assert (summary.added, summary.chunks, summary.chunks_embedded) == (3, 4, 3)  # what two of them say, once
    assert shelf.is_tidy()


def test_the_right_passage_is_found_in_another_language(shelf: Shelf) -> None:
    shelf.write("returns.md", RETURNS)
    shelf.write("delivery.md", DELIVERY)
    shelf.ingest()
    best = shelf.found("Wie lange kann ich etwas zurückgeben?", language="de")[0]
    assert (best.version.document_id, best.heading) == ("returns.md", ("Deadline",))


def test_one_changed_sentence_embeds_its_chunk_and_no_other(shelf: Shelf) -> None:
    shelf.write("returns.md", RETURNS)
    shelf.ingest()
    shelf.write("returns.md", RETURNS.replace("29 euros", "35 euros"))
    changed = shelf.ingest()
    assert (changed.changed, changed.added, changed.chunks, changed.chunks_embedded) == (1, 0, 2, 1)
    assert changed.embedded == 1 + 1  # its context, and its two short sentences at once
    assert [text for text in shelf.texts() if "euros" in text] == [
        "Sending a parcel back is free. Furniture is collected for 35 euros."
    ]
    assert shelf.is_tidy()


def test_a_vector_that_served_again_still_finds_its_text(shelf: Shelf) -> None:
    shelf.write("returns.md", RETURNS)
    shelf.ingest()
    before = [chunk.text for chunk in shelf.found("until when may I send it back")]
    shelf.write("returns.md", RETURNS.replace("29 euros", "35 euros"))
    shelf.ingest()
    assert shelf.found("until when may I send it back")[0].text == before[0]


def test_a_text_that_came_back_is_found_again(shelf: Shelf) -> None:
    for text in (RETURNS, DELIVERY, RETURNS):
        shelf.write("returns.md", text)
        shelf.ingest()
    assert len(shelf.texts()) == 2
    assert shelf.found("deadline")[0].version.number == 3
    assert shelf.is_tidy()


def test_a_removed_file_is_retired(shelf: Shelf) -> None:
    gone = shelf.write("gone.md", RETURNS)
    shelf.write("kept.md", DELIVERY)
    shelf.ingest()
    gone.unlink()
    assert shelf.ingest().retired == 1
    assert shelf.documents_live() == ["kept.md"]
    assert shelf.texts() == ["Parcels arrive within two working days."]
    assert shelf.is_tidy()


def test_ingesting_one_file_says_nothing_about_its_neighbours(shelf: Shelf) -> None:
    shelf.write("a.md", RETURNS)
    other = shelf.write("b.md", DELIVERY)
    shelf.ingest()
    assert shelf.ingest(other).counts()["retired"] == 0
    assert shelf.documents_live() == ["a.md", "b.md"]


def test_dated_files_are_versions_of_one_document(shelf: Shelf) -> None:
    for since, days in (("2024-01-01", 14), ("2026-03-01", 30), ("2027-02-01", 60)):
        shelf.write(f"eu/returns@{since}.md", f"# Returns\n\nThe deadline is {days} days.\n")
    shelf.ingest()

    def on(day: str) -> list[str]:
        return shelf.texts("deadline", Scope(date.fromisoformat(day)))

    assert on("2025-06-01") == ["The deadline is 14 days."]
    assert on("2026-11-21") == ["The deadline is 30 days."]
    assert on("2027-02-01") == ["The deadline is 60 days."]
    assert on("2023-06-01") == []
    assert shelf.documents_live() == ["eu/returns.md"]


def test_a_new_dated_file_embeds_only_what_it_says_anew(shelf: Shelf) -> None:
    shelf.write("returns@2026-01-01.md", RETURNS)
    shelf.ingest()
    shelf.write("returns@2026-06-01.md", RETURNS.replace("30 days", "45 days"))
    anew = shelf.ingest()
    assert (anew.chunks_embedded, anew.embedded) == (1, 1 + 1)
    assert "45 days" in shelf.found("deadline")[0].text


def test_what_cannot_be_read_is_reported_by_name_and_the_rest_goes_on(shelf: Shelf) -> None:
    shelf.write("good.md", DELIVERY)
    shelf.write("broken.pdf", "this is no PDF")
    shelf.write("picture.psd", "BM")
    shelf.write("kind.md", "---\nkind: novel\n---\n" + RETURNS)
    shelf.write("date.md", "---\neffective_from: soon\n---\n" + RETURNS)
    shelf.write("open.md", "---\ntitle: [\n---\n" + RETURNS)
    shelf.write("day@2026-02-30.md", RETURNS)
    shelf.write("blank.md", " \n")
    summary = shelf.ingest()
    assert (summary.added, summary.refused) == (1, 7)
    reported = {finding.item: (finding.code, finding.message) for finding in summary.findings}
    assert {item: code for item, (code, _message) in reported.items()} == {
        "broken.pdf": "wrong-format",
        "picture.psd": "unsupported",
        "kind.md": "wrong-format",
        "date.md": "wrong-format",
        "open.md": "wrong-format",
        "day@2026-02-30.md": "wrong-format",
        "blank.md": "empty",
    }
    assert all(item in message and "\n" not in message for item, (_code, message) in reported.items())
    assert shelf.documents_live() == ["good.md"]
    with Session(shelf.knowledge.engine) as session:
        assert len(session.execute(select(FindingRow)).scalars().all()) == 7
        assert session.execute(select(RunRow)).scalar_one().counts["refused"] == 7


def test_the_last_good_version_of_a_broken_file_stays_live(shelf: Shelf) -> None:
    shelf.write("returns.md", RETURNS)
    shelf.ingest()
    shelf.write("returns.md", "---\nkind: novel\n---\n# Something else\n\nHalf of a sen")
    assert shelf.ingest().refused == 1
    assert len(shelf.texts()) == 2
    shelf.write("returns.md", DELIVERY)
    assert shelf.ingest().changed == 1
    assert shelf.texts() == ["Parcels arrive within two working days."]


def test_a_file_that_cannot_be_listed_keeps_what_it_had_and_protects_nobody_else(shelf: Shelf) -> None:
    """An unusable name hides whether an older file is still there; a look at the disk tells."""
    shelf.write("returns.md", RETURNS)
    gone = shelf.write("gone.md", DELIVERY)
    shelf.ingest()
    shelf.write("day@2026-02-30.md", RETURNS)
    gone.unlink()
    assert shelf.ingest().retired == 1
    assert shelf.documents_live() == ["returns.md"]


def test_what_a_document_says_of_itself_decides_who_reads_it(shelf: Shelf) -> None:
    shelf.write("limits.md", "---\naudience: manager\ntitle: Goodwill\n---\n# X\n\nUp to 80 euros may be given.\n")
    shelf.ingest()
    assert shelf.texts("goodwill", Scope(date(2026, 11, 21), "agent")) == []
    (chunk,) = shelf.found("goodwill", Scope(date(2026, 11, 21), "manager"))
    assert chunk.version.title == "Goodwill"


def test_another_run_at_the_same_time_is_refused_and_writes_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.runs.writer_lock", partial(writer_lock, wait_s=0.2))
    shelf.write("returns.md", RETURNS)
    with writer_lock(shelf.knowledge.engine), pytest.raises(IngestUserError, match="another ingest run"):
        shelf.ingest()
    with Session(shelf.knowledge.engine) as session:
        assert session.execute(select(RunRow)).first() is None


def test_a_run_that_lost_its_lock_stops_before_it_writes(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write("returns.md", RETURNS)

    def overtaken(*args: object, **options: object) -> Plan:
        with Session(shelf.knowledge.engine) as session, session.begin():
            session.execute(select(LockRow)).scalar_one().holder = "elsewhere:1:0"
        return make_plan(*args, **options)  # type: ignore[arg-type]  # whatever the run gives is handed on

    monkeypatch.setattr("ingest.runs.make_plan", overtaken)
    with pytest.raises(LedgerError, match="took over"):
        shelf.ingest()
    assert shelf.documents_live() == []
    assert shelf.stored_ids() == set()


def test_another_embedding_model_refills_a_collection_of_its_own_and_search_goes_on(
    shelf: Shelf, models_folder: Path
) -> None:
    from ingest.embedding.models import open_embedder
    from tests.support.models import english_model

    shelf.write("returns.md", RETURNS)
    shelf.write("delivery.md", DELIVERY)
    shelf.ingest()
    first = shelf.knowledge
    old_ids = shelf.stored_ids()
    english = open_embedder(str(english_model()), models_folder)
    second = replace(first, embedder=CentredEmbedder(english, first.embedder.means, "test"))
    shelf.knowledge = second
    assert second.collection_name != first.collection_name

    again = shelf.ingest()
    assert (again.unchanged, again.added, again.changed) == (2, 0, 0)
    assert shelf.found("How long may I return an article?")[0].heading == ("Deadline",)
    assert shelf.stored_ids() == shelf.owned_ids() == old_ids
    assert shelf.kept_digests() == shelf.owned_digests()
    # Readers that have asked the ledger just before still find what they look for; the next run clears it away.
    assert set(first.store.list_collections()) == {first.collection_name, second.collection_name}
    shelf.ingest()
    assert first.store.list_collections() == [second.collection_name]
    with first.engine.connect() as connection:
        kept = set(connection.execute(select(VectorRow.fingerprint)).scalars())
    assert kept == {second.embedder.fingerprint}  # the old model's vectors went with its collection

    shelf.knowledge = first
    shelf.ingest()
    live = Collections(first.engine).live()
    assert live is not None and live.name == first.collection_name
    assert shelf.found("Wie lange kann ich zurückgeben?", language="de")[0].heading == ("Deadline",)
    assert shelf.is_tidy()


def test_a_renamed_file_embeds_nothing_and_is_one_document(shelf: Shelf) -> None:
    shelf.write("returns.md", RETURNS).rename(shelf.write("x", "").with_name("refunds.md"))
    shelf.ingest()
    (shelf.documents / "refunds.md").rename(shelf.documents / "eu.md")
    renamed = shelf.ingest()
    assert (renamed.moved, renamed.embedded, renamed.retired) == (1, 0, 0)
    assert shelf.documents_live() == ["eu.md"]
    assert len(shelf.texts()) == 2


def test_the_same_text_is_embedded_once_whatever_its_document(shelf: Shelf) -> None:
    shelf.write("a.md", RETURNS)
    assert shelf.ingest().embedded == 2 + 2
    shelf.write("b.md", RETURNS)
    assert shelf.ingest().embedded == 0
    assert len(shelf.documents_live()) == 2


def test_a_text_two_documents_share_keeps_its_vectors_until_both_are_gone(shelf: Shelf) -> None:
    """Texts whose day never came leave nothing behind; those that were in effect stay for questions about the past."""
    future = "future@2999-01-01.md"
    for name in ("a/" + future, "b/" + future):
        shelf.write(name, RETURNS)
    assert shelf.ingest().chunks_embedded == 2
    kept = shelf.kept_digests()
    (shelf.documents / "a" / future).unlink()
    assert shelf.ingest().retired == 1
    assert shelf.kept_digests() == kept
    assert len(kept) == 2
    (shelf.documents / "b" / future).unlink()
    shelf.write("other.md", DELIVERY)
    assert shelf.ingest().retired == 1
    assert shelf.kept_digests().isdisjoint(kept)
    assert shelf.is_tidy()


def test_what_was_replaced_is_still_found_as_of_the_day_before(shelf: Shelf) -> None:
    shelf.write("returns.md", "# Returns\n\nThe deadline is 14 days.\n")
    shelf.ingest()
    shelf.write("returns.md", "# Returns\n\nThe deadline is 30 days.\n")
    shelf.ingest()
    assert shelf.texts("deadline") == ["The deadline is 30 days."]
    assert shelf.texts("deadline", Scope(DAY - timedelta(days=1))) == ["The deadline is 14 days."]
    assert shelf.is_tidy()  # the live shelf does not carry the past


def test_what_vanished_stays_where_the_run_was_told_not_to_retire(shelf: Shelf) -> None:
    gone = shelf.write("gone.md", RETURNS)
    shelf.write("kept.md", DELIVERY)
    shelf.ingest()
    gone.unlink()
    assert ingest_into(shelf.knowledge, [open_source(shelf.documents)], options=IngestOptions(prune=False)).retired == 0
    assert shelf.documents_live() == ["gone.md", "kept.md"]


def test_a_date_given_to_the_run_is_for_texts_that_say_none_and_nothing_is_read_again_for_it(shelf: Shelf) -> None:
    shelf.write("returns.md", RETURNS)
    shelf.write("delivery@2026-03-01.md", DELIVERY)
    sources, day = [open_source(shelf.documents)], DAY + timedelta(days=3)
    ingest_into(shelf.knowledge, sources, options=IngestOptions(effective_from=day))
    assert shelf.documents_live() == ["delivery.md"]
    assert shelf.documents_live(Scope(day)) == ["delivery.md", "returns.md"]
    assert shelf.ingest().unchanged == 2
