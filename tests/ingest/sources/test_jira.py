"""Issues as Jira exports them: pages of its search interface, CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.sources.exports.adf import adf_text
from ingest.sources.exports.times import iso_time
from tests.ingest.sources.exports import DATA, found, hashes, listed, opened, read, write_json, write_lines


def page() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "jira_search.json").read_text(encoding="utf-8"))
    return loaded


def test_documents_become_text_and_comments_a_thread() -> None:
    assert read(opened(DATA / "jira_search.json"), "SUP-7").text == (
        "customer Inês Carvalho 2026-06-01\nProblema\n\nA app fecha ao abrir a câmara.\nVersão 3.2\n\n"
        "1. Abrir a app\n2. Tocar em 📷\n[ecra.png]\n[attachment: ecra.png]\n\n"
        "agent Emil Okafor 2026-06-01\nOlá @Inês Carvalho, veja o guia (https://merova.example/guia).\n\n"
        "agent Kaya Demir (internal) 2026-06-01\nBekannter Fehler in 3.2\n\nVersion Fix\n3.2 3.3\n\n"
        "customer Inês Carvalho 2026-06-02\nObrigada, resultou!"
    )


def test_wiki_mark_up_becomes_text_and_a_restricted_comment_is_internal() -> None:
    document = read(opened(DATA / "jira_search.json"), "SUP-8")
    assert document.text == (
        "customer Lea Brandt 2026-06-01\nDrucker\nModell: MX-20 (https://merova.example/mx20)\n[foto.png]\nERR 5\n\n"
        "agent Tom Agent (internal) 2026-06-01\nBitte neu starten, @l.brandt."
    )


def test_an_issue_belongs_to_its_reporters_account_and_knows_the_organisation() -> None:
    source = opened(DATA / "jira_search.json")
    assert {number: item.customer_id for number, item in listed(source).items()} == {
        "ticket/SUP-7": "qm:1f2:ines",
        "ticket/SUP-8": "JIRAUSER10100",
        "ticket/SUP-11": "qm:1f2:ines",
    }
    assert read(source, "SUP-7").metadata["organization"] == "12"


def test_broken_issues_are_named_and_missing_comments_are_told() -> None:
    source = opened(DATA / "jira_search.json")
    assert [message.partition(";")[0] for _code, message in found(source)] == [
        "jira_search.json, entry 3 (SUP-9): no customer is named, so it could be shown to nobody",
        "jira_search.json, entry 4 (SUP-10): description is neither a text nor a document",
    ]
    (finding,) = read(source, "SUP-11").findings
    assert finding.code == "comments-missing"
    assert finding.message.startswith("ticket/SUP-11: 4 comments are not in the export")


def test_the_order_and_the_counters_of_an_export_do_not_change_an_issue(tmp_path: Path) -> None:
    again = page()
    again["issues"].reverse()
    for issue in again["issues"]:
        fields = issue["fields"]
        fields |= {"watches": {"watchCount": 90}, "updated": "2026-09-09T10:00:00.000+0200", "status": {"name": "Done"}}
        fields["comment"]["comments"].reverse()
    assert hashes(opened(write_lines(tmp_path / "issues.jsonl", again["issues"]))) == hashes(
        opened(DATA / "jira_search.json")
    )
    again["issues"][-1]["fields"]["comment"]["comments"][0]["body"] = "Something else."
    changed = hashes(opened(write_json(tmp_path / "page.json", again)))
    assert changed["ticket/SUP-7"] != hashes(opened(DATA / "jira_search.json"))["ticket/SUP-7"]


def test_repeated_comment_columns_are_a_thread_in_order_of_time() -> None:
    source = opened(DATA / "jira.csv")
    document = read(source, "PAY-1")
    assert document.text == (
        "customer Jutta Krämer 2026-06-01\nZweimal abgebucht.\n\n[beleg.png]\n[attachment: beleg.png]\n\n"
        "customer Jutta Krämer 2026-06-02\nNoch nichts da.\n\nagent 2026-06-03\nErstattet; bitte prüfen."
    )
    assert (document.metadata["tags"], document.metadata["organization"]) == ("sepa, doppelt", "Krämer KG")
    assert read(source, "PAY-2").text.endswith("2026-06-02\n交換します。")


def test_a_reporter_known_by_a_display_name_alone_is_no_customer() -> None:
    source = opened(DATA / "jira.csv")
    assert {number: item.customer_id for number, item in listed(source).items()} == {
        "ticket/PAY-1": "qm:77:jutta",
        "ticket/PAY-2": "sato.hanako",
    }
    ((code, message),) = found(source)
    assert code == "no-customer"
    assert message.startswith("jira.csv, row 3 (PAY-3)")


def test_a_csv_with_german_heads_and_semicolons_is_read() -> None:
    source = opened(DATA / "jira_de.csv")
    assert (
        read(source, "HW-1").text
        == "customer 2026-06-02\nDie Lampe ist defekt.\n\nagent t.agent 2026-06-03\nWird ersetzt."
    )
    assert listed(source)["ticket/HW-1"].customer_id == "j.kraemer"


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("25/Feb/26 10:17 PM", "2026-02-25T22:17:00Z"),
        ("25/Feb/26 12:05 AM", "2026-02-25T00:05:00Z"),
        ("30/Jul/18 23:33", "2018-07-30T23:33:00Z"),
        ("2026-06-01T10:00:00.000+0200", "2026-06-01T08:00:00Z"),
        ("2026-06-01 10:00:00 UTC", "2026-06-01T10:00:00Z"),
        ("2026-06-01 10:00:00 -0300", "2026-06-01T13:00:00Z"),
        ("6/21/2025 16:14", "6/21/2025 16:14"),
        ("31/Feb/26 10:17 PM", "31/Feb/26 10:17 PM"),
        ("2026-13-01T00:00:00Z", "2026-13-01T00:00:00Z"),
        ("", ""),
    ],
)
def test_times_are_in_one_form_and_what_is_uncertain_stays(written: str, time: str) -> None:
    assert iso_time(written) == time


def test_struck_out_words_are_dropped_and_unknown_nodes_give_the_words_inside_them() -> None:
    text = {"type": "text", "text": "old", "marks": [{"type": "strike"}]}
    inner = {"type": "paragraph", "content": [text, {"type": "text", "text": "new"}, {"type": "text", "text": None}, 7]}
    document = {"type": "doc", "content": [{"type": "somethingNew", "content": [inner]}, {"type": "date"}, None]}
    assert adf_text(document).strip() == "new"
