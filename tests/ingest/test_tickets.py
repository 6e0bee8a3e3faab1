"""Tickets are read line by line, and seen only where their customer is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.documents import Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError
from ingest.ledger.reading import Scope
from ingest.sources import open_source
from ingest.sources.tickets import read_ticket, ticket_document
from tests.ingest.shelf import DAY, Shelf


def ticket(number: int, customer: str = "C-1", text: str = "The lamp is broken.", **fields: Any) -> dict[str, Any]:
    message = {"author": "customer", "at": "2026-10-01T09:00:00Z", "text": text}
    return {"id": f"T-{number}", "customer_id": customer, "subject": "Lamp", "messages": [message]} | fields


def export(*tickets: object) -> str:
    return "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in tickets)


def read(fields: object) -> Any:
    return read_ticket(json.dumps(fields).encode())


def test_each_message_is_a_section_with_its_author_and_day() -> None:
    answer = {"author": "agent", "at": "2026-10-02T10:00:00Z", "text": "Sorry! We send another one."}
    messages = [*ticket(1)["messages"], {"author": "agent", "text": " "}, answer]
    document = ticket_document(read(ticket(1, messages=messages, language="en")))
    assert document.text == (
        "customer 2026-10-01\nThe lamp is broken.\n\nagent 2026-10-02\nSorry! We send another one."
    )
    assert [section.heading for section in document.sections] == [("customer 2026-10-01",), ("agent 2026-10-02",)]
    assert [unit.text for unit in document.sections[1].units] == ["Sorry!", "We send another one."]
    for section in document.sections:
        assert all(document.text[unit.start : unit.end] == unit.text for unit in section.units)
    assert (document.title, document.metadata) == ("Lamp", {"language": "en"})


def test_fields_of_other_programs_are_left_alone_and_missing_ones_stand_empty() -> None:
    read_one = read({"id": 17, "customer_id": 4, "subject": None, "language": None, "queue": {"x": 1}})
    assert (read_one.id, read_one.customer_id, read_one.subject) == ("17", "4", "")
    with pytest.raises(DocumentError) as empty:
        ticket_document(read_one)
    assert empty.value.code == "empty"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1, 2]", "the line: Input should be"),
        ("{not json", "the line is not JSON"),
        ("[" * 100_000, "the line is not JSON"),
        (json.dumps({"customer_id": "C"}), "id: Field required"),
        (json.dumps({"id": "T"}), "customer_id: Field required"),
        (json.dumps({"id": "T", "customer_id": None}), "customer_id: String should have at least 1 character"),
        (json.dumps({"id": "T", "customer_id": "C", "messages": "hello"}), "messages: Input should be"),
        (json.dumps({"id": "T", "customer_id": "C", "messages": ["hello"]}), "messages.0: Input should be"),
        (json.dumps({"id": "T", "customer_id": "C", "messages": [{"text": {}}]}), "messages.0.text: Input should be"),
    ],
)
def test_a_line_that_is_no_ticket_says_what_is_wrong(line: str, message: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read_ticket(line.encode())
    assert str(refused.value).startswith(message)
    assert refused.value.code == "wrong-format"


def test_halves_of_characters_and_invisible_ones_do_not_come_through() -> None:
    line = rb'{"id": "T", "customer_id": "C", "messages": [{"text": "broken \ud83d lamp\u0000\u200b."}]}'
    text = ticket_document(read_ticket(line)).text
    assert text.endswith("broken ? lamp.")
    text.encode()


def test_a_bad_line_or_a_second_one_of_the_same_id_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(export(ticket(1), "", "oops", ticket(2), ticket(1, text="Again.")), encoding="utf-8")
    entries = list(open_source(file).items())
    assert [entry.document_id for entry in entries if isinstance(entry, SourceItem)] == ["ticket/T-1", "ticket/T-2"]
    assert [(entry.item, entry.code) for entry in entries if isinstance(entry, Finding)] == [
        ("t.jsonl:3", "wrong-format"),
        ("t.jsonl:5", "duplicate"),
    ]


def test_a_ticket_is_parsed_from_its_own_line_and_refused_when_the_file_changed(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_bytes(b"\r\n" + export(ticket(1), ticket(2, text="ランプ")).replace("\n", "\r\n").encode())
    source = open_source(file)
    second = [entry for entry in source.items() if isinstance(entry, SourceItem)][1]
    document = source.read(second)
    assert isinstance(document, ParsedDocument)
    assert document.text.endswith("ランプ")
    file.write_text(export(ticket(3)), encoding="utf-8")
    with pytest.raises(DocumentError, match="changed while it was read"):
        source.read(second)


def test_a_ticket_is_found_only_where_its_customer_is_named(shelf: Shelf) -> None:
    shelf.write("returns.md", "# Returns\n\nA broken lamp is replaced.\n")
    tickets = shelf.write(
        "tickets.jsonl", export(ticket(1, "C-1", "My lamp is broken."), ticket(2, "C-2", "Her lamp is broken."))
    )
    shelf.ingest()
    shelf.ingest(tickets)
    policy = "A broken lamp is replaced."

    def seen(audience: str, customer: str | None) -> list[str]:
        return shelf.texts("broken lamp", Scope(DAY, audience, customer))

    assert seen("agent", None) == [policy]
    assert seen("manager", None) == [policy]
    assert seen("agent", "C-1") == [policy, "My lamp is broken."]
    assert seen("agent", "C-2") == [policy, "Her lamp is broken."]
    assert seen("all", "C-1") == [policy]
    assert shelf.knowledge.store.collection(shelf.knowledge.collection_name).count() == len(shelf.owned_ids())


def test_ingesting_the_folder_leaves_the_tickets_in_it_alone(shelf: Shelf) -> None:
    shelf.write("returns.md", "# Returns\n\nA broken lamp is replaced.\n")
    tickets = shelf.write("tickets.jsonl", export(ticket(1)))
    shelf.ingest(tickets)
    assert shelf.ingest().retired == 0
    assert shelf.documents_live(Scope(DAY, "agent", "C-1")) == ["returns.md", "ticket/T-1"]


def test_only_new_and_changed_tickets_are_embedded_and_removed_ones_are_retired(shelf: Shelf) -> None:
    first = shelf.write("tickets.jsonl", export(ticket(1), ticket(2), ticket(3)))
    shelf.ingest(first)
    changed = ticket(2, text="The lamp is broken. Please hurry.")
    shelf.write("tickets.jsonl", export(ticket(1), changed, ticket(4, text="Where is my invoice?")))
    summary = shelf.ingest(first)
    assert (summary.unchanged, summary.changed, summary.added, summary.retired) == (1, 1, 1, 1)
    assert summary.embedded == 1 + 2  # the sentences of the one, whose title is known; title and sentence of the other
    assert shelf.documents_live(Scope(DAY, "agent", "C-1")) == ["ticket/T-1", "ticket/T-2", "ticket/T-4"]


def test_a_line_that_was_damaged_does_not_retire_its_ticket(shelf: Shelf) -> None:
    file = shelf.write("tickets.jsonl", export(ticket(1), ticket(2)))
    shelf.ingest(file)
    shelf.write("tickets.jsonl", export(ticket(1), json.dumps(ticket(2))[:-9]))
    summary = shelf.ingest(file)
    assert (summary.refused, summary.retired) == (1, 0)
    assert shelf.documents_live(Scope(DAY, "agent", "C-1")) == ["ticket/T-1", "ticket/T-2"]


def test_a_ticket_exported_again_elsewhere_is_the_same_ticket(shelf: Shelf) -> None:
    old = shelf.write("october/tickets.jsonl", export(ticket(1)))
    new = shelf.write("november/tickets.jsonl", export(ticket(1, text="The lamp is broken again.")))
    shelf.ingest(old)
    shelf.ingest(new)
    assert shelf.texts("lamp", Scope(DAY, "agent", "C-1")) == ["The lamp is broken again."]
