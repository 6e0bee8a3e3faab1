"""Tickets as Freshdesk exports them: the account export, what its interface gives, CSV."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.ingest.sources.exports import DATA, found, hashes, listed, opened, read, write_json


def account_export() -> list[dict[str, Any]]:
    written = (DATA / "freshdesk" / "Tickets0.json").read_text(encoding="utf-8")
    loaded: list[dict[str, Any]] = json.loads(written)
    return loaded


def test_the_files_of_an_account_export_are_one_source_with_names_from_its_users() -> None:
    source = opened(DATA / "freshdesk")
    assert read(source, "412").text == (
        "customer Beatriz Souza 2026-05-01\nQuero devolver a furadeira.\n\nPedido MV-BR-100.\n\n"
        "agent Iris Boer 2026-05-01\nEnviamos a etiqueta por e-mail.\n[attachment: etiqueta.pdf]\n\n"
        "agent Olu Ade (internal) 2026-05-01\nCliente antiga, aprovar sem taxa.\n\n"
        "customer Beatriz Souza 2026-05-03\nObrigada! Recebi a etiqueta."
    )
    assert {item.uri.rpartition("/")[2]: item.customer_id for item in listed(source).values()} == {
        "freshdesk#412": "601",
        "freshdesk#415": "603",
    }


def test_deleted_notes_technical_data_and_quoted_history_are_left_out() -> None:
    text = read(opened(DATA / "freshdesk"), "412").text
    for absent in ("gelöscht", "user_agent", "Enviamos a etiqueta.\n"):
        assert absent not in text


def test_spam_and_deleted_tickets_are_left_out_and_broken_ones_named() -> None:
    source = opened(DATA / "freshdesk")
    assert {"ticket/413", "ticket/414"}.isdisjoint(listed(source))
    assert [message.partition(";")[0] for _code, message in found(source)] == [
        "Tickets1.json, entry 2 (416): no customer is named, so it could be shown to nobody",
        "Tickets1.json, entry 3 (417): notes is not a list of objects",
    ]


def test_a_merged_ticket_keeps_its_own_words_and_says_where_it_went() -> None:
    document = read(opened(DATA / "freshdesk"), "415")
    assert document.sections[0].units[0].text == "Wie gebe ich die Säge zurück?"
    assert document.sections[1].heading == ("agent Iris Boer (internal) 2026-05-02",)
    assert document.text.endswith("merged into ticket 412")


def test_conversations_of_the_interface_are_threaded_and_its_codes_are_words() -> None:
    source = opened(DATA / "freshdesk_api.json")
    document = read(source, "501")
    assert [section.heading[0] for section in document.sections] == [
        "customer ليلى حداد 2026-05-05",
        "agent 2026-05-05",
        "agent (internal) 2026-05-05",
        "customer ليلى حداد 2026-05-05",
    ]
    assert document.text.endswith("نعم، لا فرق.")
    assert "[attachment: صورة.png]" in document.text
    told = {field: document.metadata[field] for field in ("status", "priority", "channel", "organization")}
    assert told == {"status": "open", "priority": "urgent", "channel": "portal", "organization": "88"}


def test_tickets_that_move_between_the_files_of_an_export_stay_the_same(tmp_path: Path) -> None:
    before = listed(opened(DATA / "freshdesk"))
    folder = tmp_path / "freshdesk"
    shutil.copytree(DATA / "freshdesk", folder)
    moved = account_export()[::-1] + json.loads((folder / "Tickets1.json").read_text(encoding="utf-8"))[:1]
    for ticket in moved:
        ticket["helpdesk_ticket"] |= {"view_count": 99, "updated_at": "2026-09-09T00:00:00Z", "status_name": "Closed"}
        for note in ticket["helpdesk_ticket"]["notes"]:
            for file in note["attachments"]:
                file["attachment_url"] = "https://s3.amazonaws.com/cdn?Signature=BBB"
    write_json(folder / "Tickets0.json", moved)
    (folder / "Tickets1.json").unlink()
    (folder / "Users0.json").unlink()
    source = opened(folder)
    assert hashes(source) == {number: item.content_hash for number, item in before.items()}
    assert {item.uri.rpartition("#")[2] for item in listed(source).values()} == {"412", "415"}


def test_rows_of_the_csv_are_linked_by_contact_and_else_by_a_mark_of_the_address() -> None:
    source = opened(DATA / "freshdesk_list.csv")
    items = listed(source)
    assert read(source, "415").text == 'customer Uwe Busch 2026-05-02\nRückgabe der "Säge", bitte'
    assert read(source, "412").metadata["tags"] == "devolução, vip"
    assert items["ticket/412"].customer_id == "601"
    assert str(items["ticket/415"].customer_id).startswith("email-")
    assert found(source) == []


def test_a_file_that_is_neither_tickets_nor_users_is_reported_once(tmp_path: Path) -> None:
    folder = tmp_path / "freshdesk"
    shutil.copytree(DATA / "freshdesk", folder)
    write_json(folder / "Groups0.json", [{"group": {"id": 33, "name": "Returns"}}])
    reported = [message for code, message in found(opened(folder)) if code == "unsupported"]
    assert reported == ["Groups0.json: neither tickets nor users of Freshdesk; it is not read"]
