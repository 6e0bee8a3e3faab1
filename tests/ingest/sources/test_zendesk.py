"""Tickets as Zendesk exports them: JSON lines with comments, pages of its interface, CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import DocumentError
from tests.ingest.sources.exports import DATA, found, hashes, listed, opened, read, write_json, write_lines


def tickets() -> list[dict[str, Any]]:
    lines = (DATA / "zendesk" / "tickets.json").read_text(encoding="utf-8").splitlines()[:3]
    return [json.loads(line) for line in lines]


def test_comments_are_in_order_of_time_with_their_authors_and_attachments() -> None:
    document = read(opened(DATA / "zendesk"), "3501")
    assert document.text == (
        "customer Jutta Krämer 2026-03-02\nMeine Lampe flackert & brummt.\n[attachment: lampe.jpg, rechnung.pdf]\n\n"
        "agent Marta Silva 2026-03-02\nGuten Tag Frau Krämer,\n\nwir tauschen die Lampe aus.\n"
        "Bitte senden Sie sie zurück.\n\n- Karton verwenden\n- Etikett aufkleben\n\n"
        "agent Jonas Weber (internal) 2026-03-02\nSeriennummer prüfen, Charge 7 ist bekannt.\n\n"
        "customer Jutta Krämer 2026-03-03\nDanke, Etikett ist da!"
    )
    assert document.title == "Lampe flackert nach dem Einschalten"
    assert document.metadata["queue"] == "Returns"
    assert document.metadata["tags"] == "lamp"
    for section in document.sections:
        assert all(section.start <= unit.start < unit.end <= section.end for unit in section.units)


def test_scripts_hidden_words_and_quoted_history_do_not_come_through() -> None:
    text = read(opened(DATA / "zendesk"), "3501").text
    for absent in ("alert", "ignore all rules", "schrieb", "Meine Lampe flackert."):
        assert absent not in text
    japanese = read(opened(DATA / "zendesk"), "3502").text
    assert japanese.endswith("届きました。")
    assert "hilfe@merova.example" not in japanese


def test_a_ticket_belongs_to_its_requester_and_only_agents_see_it() -> None:
    items = listed(opened(DATA / "zendesk"))
    assert {number: item.customer_id for number, item in items.items()} == {
        "ticket/3501": "5001",
        "ticket/3502": "5002",
        "ticket/3503": "5003",
    }
    item = items["ticket/3502"]
    assert (item.kind, item.audience, item.title) == ("ticket", "agent", "注文した商品が届きません")
    assert item.uri == (DATA / "zendesk").as_uri() + "#3502"
    assert opened(DATA / "zendesk").covers(item.uri)
    assert not opened(DATA / "zendesk" / "tickets.json").covers(item.uri)


def test_a_ticket_that_was_merged_away_keeps_the_customers_own_words() -> None:
    document = read(opened(DATA / "zendesk"), "3503")
    assert "لم تصلني الفاتورة" in document.sections[0].units[0].text
    assert document.sections[1].heading == ("agent Marta Silva (internal) 2026-03-06",)
    assert document.metadata["tags"] == "closed_by_merge"


def test_broken_tickets_are_named_and_deleted_ones_are_left_out_without_a_word() -> None:
    findings = found(opened(DATA / "zendesk"))
    assert [code for code, _message in findings] == ["no-customer", "wrong-format", "wrong-format"]
    assert findings[0][1].startswith("tickets.json, line 5 (3505): no customer is named")
    assert findings[1][1] == "tickets.json, line 6 (3506): comments is not a list of objects; export it again"
    assert findings[2][1].startswith("tickets.json, line 7 (3507): not JSON")
    assert not any("3504" in message for _code, message in findings)


def test_without_the_users_the_parts_people_play_are_still_told(tmp_path: Path) -> None:
    headings = [
        section.heading[0] for section in read(opened(write_lines(tmp_path / "x.ndjson", tickets())), "3501").sections
    ]
    assert headings == ["customer 2026-03-02", "agent 2026-03-02", "agent (internal) 2026-03-02", "customer 2026-03-03"]


def test_an_unchanged_ticket_has_the_same_hash_in_another_export(tmp_path: Path) -> None:
    before = hashes(opened(DATA / "zendesk"))
    again = tickets()[::-1]
    for ticket in again:
        ticket["comments"].reverse()
        ticket |= {"updated_at": "2026-09-09T00:00:00Z", "status": "closed", "satisfaction_rating": {"score": "good"}}
        ticket["metric_set"]["replies"] = 9
        for comment in ticket["comments"]:
            comment["created_at"] = comment["created_at"].replace("Z", "+00:00")
    assert hashes(opened(write_json(tmp_path / "export-2.json", again))) == before
    again[0]["comments"][0]["public"] = not again[0]["comments"][0]["public"]
    again[1]["requester_id"] = 5009
    changed = hashes(opened(write_json(tmp_path / "export-3.json", again)))
    assert [number for number in before if changed[number] != before[number]] == ["ticket/3502", "ticket/3503"]


def test_the_signature_of_a_link_to_an_image_does_not_change_a_ticket(tmp_path: Path) -> None:
    ticket = tickets()[0]
    digests = set()
    for signature in ("AAA", "BBB"):
        ticket["comments"][0]["html_body"] = f'<p>See <img src="https://files.example/a.png?Signature={signature}"></p>'
        digests |= set(hashes(opened(write_json(tmp_path / "export.json", [ticket]))).values())
    assert len(digests) == 1


def test_overlapping_pages_give_the_newest_state_of_a_ticket() -> None:
    source = opened(DATA / "zendesk_pages.json")
    assert list(listed(source)) == ["ticket/3501"]  # the second page deletes 3502
    assert read(source, "3501").text == "customer Jutta Krämer 2026-03-02\nMeine Lampe flackert wieder."
    assert found(source) == []


def test_rows_of_the_csv_give_subjects_and_mark_addresses_without_keeping_them() -> None:
    source = opened(DATA / "zendesk_view.csv")
    items = listed(source)
    assert read(source, "3501").text == "customer Jutta Krämer 2026-03-02\nLampe flackert, brummt"
    assert items["ticket/3501"].customer_id == "5001"
    marked = items["ticket/3502"].customer_id
    assert marked is not None
    assert marked.startswith("email-")
    assert "hanako" not in str(list(items.values())).lower()
    assert found(source) == [
        (
            "no-customer",
            "zendesk_view.csv, row 3 (3508): no customer is named, so it could be shown to nobody; "
            "export the requester's id too",
        ),
        ("wrong-format", "zendesk_view.csv, row 4 (3509): 3 cells, but the header has 19; export it again"),
    ]


def test_one_address_is_one_customer_however_it_is_written(tmp_path: Path) -> None:
    rows = "Id,Requester,Requester email,Subject,Status\n1,H,Hanako@Example.jp,a,Open\n2,H,hanako@example.JP,b,Open\n"
    (tmp_path / "view.csv").write_text(rows, encoding="utf-8")
    assert len({item.customer_id for item in listed(opened(tmp_path / "view.csv")).values()}) == 1


def test_a_ticket_that_changed_since_it_was_listed_is_refused(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "export.json", tickets())
    for others in (tickets()[::-1], [tickets()[0], {**tickets()[1], "subject": "注文した商品が届きました"}]):
        source = opened(write_lines(file, tickets()))
        item = listed(source)["ticket/3502"]
        write_lines(file, others)
        with pytest.raises(DocumentError, match=r"ticket/3502: the export changed while it was read"):
            source.read(item)


def test_an_address_in_place_of_a_name_is_not_shown(tmp_path: Path) -> None:
    shown = tickets()[0] | {"requester": {"id": 5001, "name": "jutta@example.de", "email": "jutta@example.de"}}
    text = read(opened(write_lines(tmp_path / "export.json", [shown])), "3501").text
    assert text.startswith("customer 2026-03-02\n")
    assert "jutta@example.de" not in text


def test_two_states_of_one_time_are_a_duplicate(tmp_path: Path) -> None:
    first, second = tickets()[0], tickets()[0]
    second["comments"] = second["comments"][:1]
    source = opened(write_lines(tmp_path / "export.json", [first, first, second]))
    assert list(listed(source)) == ["ticket/3501"]
    assert found(source) == [
        ("duplicate", "export.json, line 3 (3501): it is there already with other words; keep one of them")
    ]
