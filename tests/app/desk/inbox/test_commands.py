"""``polydesk tickets import``, ``list``, ``show``, and ``learn`` from what people have said in the inbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from app.desk import commands as triage_commands
from app.desk.inbox import commands
from app.desk.inbox.store import TicketStore
from tests.support.command import Command, command_with
from tests.support.hashed_embedder import hashed
from tests.support.ollama import OllamaServer, ScriptedBackend

ABOUT = {"Payments": "refund invoice charged twice", "Shipping": "parcel courier delivery late"}
ZENDESK = {
    "id": 35436,
    "requester_id": 20978392,
    "raw_subject": "Parcel",
    "subject": "Parcel",
    "status": "pending",
    "priority": "high",
    "created_at": "2026-03-01T09:00:00Z",
    "comments": [
        {"author_id": 20978392, "plain_body": "courier delivery late", "created_at": "2026-03-01T09:00:00Z"},
        {"author_id": 7, "plain_body": "Ask the hub.", "public": False, "created_at": "2026-03-01T10:00:00Z"},
    ],
}


def line(number: int, queue: str, /, **more: Any) -> dict[str, Any]:
    at = f"2026-03-{1 + number % 20:02}T09:00:00Z"
    words = f"{ABOUT[queue]} {['please', 'again', 'today', 'help'][number % 4]}"
    ticket = {"id": f"T-{number}", "customer_id": f"C-{number}", "subject": queue, "language": "en", "created_at": at}
    return ticket | {"queue": queue, "messages": [{"author": "customer", "at": at, "text": words}]} | more


def written(file: Path, *tickets: dict[str, Any]) -> Path:
    file.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in tickets), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def home(make_home: Callable[[], Path]) -> Path:
    return make_home()


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_with(hashed(), (commands, triage_commands), monkeypatch, capsys)


@pytest.fixture
def store(home: Path) -> TicketStore:
    return TicketStore(Sessions(default_url(home)))


def sorted_tickets(count: int = 16, **more: Any) -> list[dict[str, Any]]:
    return [line(number, list(ABOUT)[number % 2], **more) for number in range(count)]


def test_an_export_is_imported_once_listed_and_shown(polydesk: Command, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(ZENDESK), encoding="utf-8")
    status, out, err = polydesk("tickets", "import", file, "--json")
    summary = json.loads(out)
    assert status == 0, err
    assert (summary["new"], summary["updated"], summary["unchanged"], summary["findings"]) == (1, 0, 0, [])
    assert "1 unchanged" in polydesk("tickets", "import", file)[1]

    status, out, _ = polydesk("tickets", "list", "--json")
    (ticket,) = json.loads(out)["tickets"]
    assert (ticket["number"], ticket["source"], ticket["status"]) == ("35436", "zendesk", "waiting")
    assert ticket["labels"]["priority"] == {
        "value": "high", "by": "help desk", "probability": None, "in_scope": True, "words": [],
    }  # fmt: skip
    assert "No tickets" in polydesk("tickets", "list", "--status", "closed")[1]
    assert json.loads(polydesk("tickets", "list", "--search", "courier", "--json")[1])["count"] == 1

    shown = json.loads(polydesk("tickets", "show", "35436", "--json")[1])
    assert [each["internal"] for each in shown["messages"]] == [False, True]
    assert shown["history"]["tickets"] == []
    assert "Ask the hub." in polydesk("tickets", "show", "35436")[1]


def test_a_broken_line_is_named_and_the_rest_goes_on(polydesk: Command, tmp_path: Path) -> None:
    file = written(tmp_path / "t.jsonl", line(1, "Payments"))
    file.write_text(file.read_text(encoding="utf-8") + "\n{broken", encoding="utf-8")
    status, out, err = polydesk("tickets", "import", file)
    assert (status, "1 new" in out) == (1, True)
    assert "t.jsonl:2" in err


def test_duplicates_are_marked_when_the_second_comes(polydesk: Command, tmp_path: Path) -> None:
    first = line(1, "Shipping", customer_id="C-1")
    again = line(2, "Shipping", customer_id="C-1", created_at="2026-03-02T11:00:00Z")
    polydesk("tickets", "import", written(tmp_path / "one.jsonl", first))
    polydesk("tickets", "import", written(tmp_path / "two.jsonl", again))
    (ticket,) = json.loads(polydesk("tickets", "list", "--duplicates", "--json")[1])["tickets"]
    assert (ticket["number"], ticket["duplicate_number"], ticket["duplicate_reason"]) == ("T-2", "T-1", "same-customer")
    assert 0.5 < ticket["likeness"] <= 1


def test_what_was_learned_sorts_what_nobody_has(polydesk: Command, tmp_path: Path, store: TicketStore) -> None:
    polydesk("tickets", "learn", written(tmp_path / "known.jsonl", *sorted_tickets()))
    fresh = [line(20, "Payments", queue=""), line(21, "Shipping", queue="Technical")]
    status, out, err = polydesk("tickets", "import", written(tmp_path / "fresh.jsonl", *fresh), "--json")
    assert (status, json.loads(out)["sorted"]) == (0, 1), err
    guessed, said = store.numbered("T-20").labels["queue"], store.numbered("T-21").labels["queue"]
    assert (guessed.value, guessed.by) == ("Payments", "triage")
    assert guessed.probability and guessed.probability > 0.5 and "refund" in guessed.words
    assert (said.value, said.by) == ("Technical", "help desk")


def test_a_connected_model_is_asked_where_what_was_learned_is_not_sure(
    polydesk: Command, tmp_path: Path, store: TicketStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    polydesk("tickets", "learn", written(tmp_path / "known.jsonl", *sorted_tickets()))
    vague = {"subject": "", "messages": [{"author": "customer", "text": "please help"}]}
    sure, unsure = line(20, "Payments", queue=""), line(21, "Shipping", queue="") | vague
    with OllamaServer(ScriptedBackend(default="2"), models=("llama3.1:8b",)) as server:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", server.url)
        status, _, err = polydesk("tickets", "import", written(tmp_path / "fresh.jsonl", sure, unsure))
        asked = [str(each["messages"]) for each in server.requests if each.get("messages")]
    assert status == 0, err
    assert len(asked) == 1 and "please help" in asked[0]
    first = next(label for label in ABOUT if f"1. {label}" in asked[0])
    chosen = store.numbered("T-21").labels["queue"]
    assert chosen.value in ABOUT and chosen.value != first
    assert store.numbered("T-20").labels["queue"].value == "Payments"


def test_corrections_are_learned_from_and_guesses_never(polydesk: Command, tmp_path: Path, store: TicketStore) -> None:
    known = written(tmp_path / "known.jsonl", *sorted_tickets())
    polydesk("tickets", "learn", known)
    status, _, err = polydesk("tickets", "learn")
    assert status == 2 and "no ticket of the inbox was corrected or closed" in err

    bare = [line(number, list(ABOUT)[number % 2], queue="") for number in range(30, 42)]
    polydesk("tickets", "import", written(tmp_path / "bare.jsonl", *bare))
    assert store.numbered("T-30").labels["queue"].by == "triage"
    for number in (30, 31):
        store.set_status(store.numbered(f"T-{number}").conversation_id, "closed", "Ana")
    assert polydesk("tickets", "learn")[0] == 2  # guesses alone, also of what was closed
    for number in range(30, 42):
        store.correct(store.numbered(f"T-{number}").conversation_id, "queue", ("Blue", "Red")[number % 2], "Ana")
    status, out, err = polydesk("tickets", "learn", "--json", "--replace-better")
    (field,) = json.loads(out)["fields"]
    assert (field["field"], field["examples"], set(field["recall"])) == ("queue", 12, {"Blue", "Red"})
    status, out, err = polydesk("tickets", "learn", known, "--json", "--replace-better")
    (field,) = json.loads(out)["fields"]
    assert field["examples"] == 28


def test_closed_tickets_are_learned_from_as_the_help_desk_sorted_them(polydesk: Command, tmp_path: Path) -> None:
    polydesk("tickets", "import", written(tmp_path / "open.jsonl", *sorted_tickets(8, status="open")))
    assert polydesk("tickets", "learn")[0] == 2
    polydesk("tickets", "import", written(tmp_path / "closed.jsonl", *sorted_tickets(8, status="solved")))
    _, out, err = polydesk("tickets", "learn", "--json")
    assert [each["examples"] for each in json.loads(out)["fields"]] == [8], err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("list", "--status", "done"), "use open, waiting, closed"), (("list", "--order", "size"), "use waiting, newest"),
     (("show", "T-404"), "there is no ticket 'T-404'"), (("import", "nowhere.jsonl"), "nowhere.jsonl")],
)  # fmt: skip
def test_mistakes_are_one_line(polydesk: Command, arguments: tuple[str, ...], said: str) -> None:
    status, _, err = polydesk("tickets", *arguments)
    assert (status, len(err.strip().splitlines())) == (2, 1)
    assert said in err
