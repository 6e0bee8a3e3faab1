"""Exports are known by what is in them; damage costs one ticket and one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ingest.sources.exports import open_export
from tests.ingest.sources.exports import DATA, found, listed, opened, write_json, write_lines


def ticket(number: int, **fields: Any) -> dict[str, Any]:
    base = {"id": number, "requester_id": 7, "status": "open", "subject": "Lamp", "raw_subject": "Lamp"}
    return base | {"description": "The lamp is broken.", "updated_at": "2026-01-01T00:00:00Z"} | fields


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("zendesk", "Zendesk"),
        ("zendesk/tickets.json", "Zendesk"),
        ("zendesk_pages.json", "Zendesk"),
        ("zendesk_view.csv", "Zendesk"),
        ("freshdesk", "Freshdesk"),
        ("freshdesk/Tickets1.json", "Freshdesk"),
        ("freshdesk_api.json", "Freshdesk"),
        ("freshdesk_list.csv", "Freshdesk"),
        ("jira_search.json", "Jira"),
        ("jira.csv", "Jira"),
        ("jira_de.csv", "Jira"),
    ],
)
def test_each_export_is_told_by_its_content_under_any_name(name: str, system: str, tmp_path: Path) -> None:
    assert opened(DATA / name).system.name == system
    if (DATA / name).is_file():
        renamed = tmp_path / f"data{Path(name).suffix}"
        shutil.copy(DATA / name, renamed)
        assert opened(renamed).system.name == system


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("prices.csv", "Id,Name,Status,Price\n1,Lamp,open,3\n"),
        ("contacts.csv", "Requester,Email\nA,a@example.com\n"),
        ("issues.csv", "Summary,Status\nA,Open\n"),
        ("empty.csv", ""),
        ("empty.json", ""),
        ("lines.jsonl", '{"id": "T-1", "customer_id": "C-1", "messages": [{"text": "Hello"}], "status": "closed"}\n'),
        ("settings.json", '{"key": "value", "fields": ["a"]}'),
        ("users.json", '{"id": 1, "name": "A", "email": "a@example.com", "role": "end-user"}\n'),
        ("text.json", '"just a text"'),
        ("notes.txt", "Issue key,Summary,Issue id\n"),
    ],
)
def test_anything_else_stays_what_it_is(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert open_export(tmp_path / name) is None


def test_a_folder_with_other_documents_or_of_two_systems_is_no_export(tmp_path: Path) -> None:
    write_lines(tmp_path / "tickets.json", [ticket(1)])
    assert opened(tmp_path).system.name == "Zendesk"
    shutil.copy(DATA / "jira.csv", tmp_path / "jira.csv")
    assert open_export(tmp_path) is None
    (tmp_path / "jira.csv").unlink()
    (tmp_path / "returns.md").write_text("# Returns\n", encoding="utf-8")
    assert open_export(tmp_path) is None
    assert open_export(tmp_path / "nothing.json") is None


def test_a_byte_that_is_not_utf_8_costs_its_own_ticket_and_one_line(tmp_path: Path) -> None:
    file = write_json(tmp_path / "export.json", [ticket(1), ticket(2, subject="Käse"), ticket(3)])
    file.write_bytes(file.read_bytes().replace("ä".encode(), b"\xe4"))
    source = opened(file)
    assert list(listed(source)) == ["ticket/1", "ticket/3"]
    ((code, message),) = found(source)
    assert code == "wrong-format"
    assert message.startswith("export.json, entry 2 (2): byte ")
    assert "is not UTF-8" in message


def test_a_row_that_is_not_utf_8_costs_its_own_ticket_and_one_line(tmp_path: Path) -> None:
    file = tmp_path / "view.csv"
    file.write_bytes(b"Id,Requester id,Subject,Status\n1,7,Lamp,Open\n2,7,K\xe4se,Open\n3,7,Saw,Open\n")
    source = opened(file)
    assert list(listed(source)) == ["ticket/1", "ticket/3"]
    assert found(source) == [("wrong-format", "view.csv, row 2 (2): not UTF-8; save the file as CSV UTF-8")]


def test_a_csv_in_utf_16_is_recognised_and_refused_not_taken_for_a_document(tmp_path: Path) -> None:
    file = tmp_path / "view.csv"
    file.write_bytes("Id,Requester id,Subject,Status\n1,7,Lamp,Open\n".encode("utf-16"))
    assert found(opened(file)) == [("wrong-format", "view.csv: written in UTF-16; save it as CSV UTF-8")]


def test_brackets_without_end_cost_one_ticket_or_one_line(tmp_path: Path) -> None:
    deep = json.dumps(ticket(2))[:-1] + ', "custom": ' + "[" * 5_000 + "]" * 5_000 + "}"
    file = tmp_path / "export.json"
    file.write_text(f"[{json.dumps(ticket(1))}, {deep}, {json.dumps(ticket(3))}]", encoding="utf-8")
    source = opened(file)
    assert list(listed(source)) == ["ticket/1", "ticket/3"]
    assert found(source) == [
        ("wrong-format", "export.json, entry 2 (2): nested more than 200 levels deep; export it again")
    ]
    file.write_text(f"[{json.dumps(ticket(1))}, " + '{"a":' * 100_000, encoding="utf-8")
    source = opened(file)
    assert list(listed(source)) == ["ticket/1"]
    assert [message for _code, message in found(source)] == [
        "export.json, entry 2 (no id): the file ends in the middle of it; export it again"
    ]


def test_a_text_among_the_tickets_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    source = opened(write_json(tmp_path / "export.json", {"tickets": [ticket(1), "oops", ticket(3)], "count": 3}))
    assert list(listed(source)) == ["ticket/1", "ticket/3"]
    assert [code for code, _message in found(source)] == ["wrong-format"]


def test_texts_that_cross_the_blocks_of_a_large_file_are_read_whole(tmp_path: Path) -> None:
    body = 'a "quoted" \\ [[{bracket ' * 20_000
    tickets = [ticket(number, description=f"{number} {body}") for number in range(8)]
    file = write_json(
        tmp_path / "export.json", {"users": [{"id": 7, "name": "Ana", "role": "end-user"}], "tickets": tickets}
    )
    source = opened(file)
    items = listed(source)
    assert len(items) == 8
    told = source.ticket(items["ticket/5"])
    assert told.messages[0].text == f"5 {body}".strip()
    assert told.messages[0].name == "Ana"


def test_a_quotation_mark_that_is_never_closed_ends_a_csv_with_one_line(tmp_path: Path) -> None:
    file = tmp_path / "view.csv"
    file.write_text('Id,Requester id,Subject,Status\n1,7,Lamp,Open\n2,7,"' + "x\n" * 6_000_000, encoding="utf-8")
    source = opened(file)
    assert list(listed(source)) == ["ticket/1"]
    ((code, message),) = found(source)
    assert code == "wrong-format"
    assert message.startswith("view.csv: cannot be read on from byte 45")
