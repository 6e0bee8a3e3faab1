"""``polydesk tickets``: learning to sort tickets, keeping the better, and sorting."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.desk import commands
from app.desk.triage.shelf import TriageShelf
from tests.support.command import Command, command_with
from tests.support.hashed_embedder import hashed
from tests.support.ollama.asking import MODEL, Scripted

ABOUT = {
    "Payments": ("refund invoice charged twice", "Rückerstattung Rechnung doppelt abgebucht", "返金 請求書 二重払い"),
    "Shipping": ("parcel courier delivery late", "Paket Kurier Lieferung verspätet", "荷物 宅配 配達 遅い"),
    "Technical": ("machine error screen broken", "Maschine Fehler Anzeige kaputt", "機械 エラー 画面 故障"),
}
LANGUAGES = ("en", "de", "ja")
FILLERS = ("please", "again", "today", "since Monday", "help")


def ticket(number: int, queue: str, words: str, language: str) -> dict[str, Any]:
    return {
        "id": f"T-{number}",
        "customer_id": "C-1",
        "subject": words.split()[number % len(words.split())],
        "language": language,
        "queue": queue,
        "priority": "high" if number % 5 == 0 else "normal",
        "messages": [
            {"author": "agent", "text": "a note", "internal": True},
            {"author": "customer", "text": f"{words} {FILLERS[number % len(FILLERS)]}"},
            {"author": "agent", "text": "answer of an agent"},
        ],
    }


def tickets(file: Path, rounds: int = 6, right: bool = True) -> Path:
    """Tickets of three queues in three languages; with ``right`` unset their queues have nothing to do with them."""
    lines: list[str] = []
    chance = random.Random(1)
    for _ in range(rounds):
        for queue in ABOUT:
            for words, language in zip(ABOUT[queue], LANGUAGES, strict=True):
                number = len(lines)
                named = queue if right else chance.choice(list(ABOUT))
                lines.append(json.dumps(ticket(number, named, words, language), ensure_ascii=False))
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_with(hashed(), (commands,), monkeypatch, capsys)


@pytest.fixture(autouse=True)
def home(make_home: Callable[[], Path]) -> Path:
    return make_home()


def learned(polydesk: Command, file: Path, *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    return learned_of(polydesk("tickets", "learn", file, "--json", *options))


def learned_of(said: tuple[int, str, str]) -> tuple[int, dict[str, dict[str, Any]]]:
    status, out, err = said
    assert out, err
    return status, {each["field"]: each for each in json.loads(out)["fields"]}


def test_what_was_learned_sorts_tickets_with_probability_and_reason(polydesk: Command, tmp_path: Path) -> None:
    status, fields = learned(polydesk, tickets(tmp_path / "t.jsonl"))
    assert status == 0
    assert set(fields) == {"queue", "priority"}
    assert fields["queue"]["accuracy"] > 0.95 > fields["queue"]["most_frequent"]
    assert set(fields["queue"]["recall"]) == set(ABOUT)

    fresh = tmp_path / "fresh.jsonl"
    lines = [
        ticket(1, "", "Kurier Paket verspätet", "de"),
        ticket(2, "", "返金 請求書", "ja"),
        ticket(3, "", "zygote quorum fjord", "en"),
    ]
    fresh.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    status, out, _ = polydesk("tickets", "triage", fresh, "--json")
    parcel, refund, neither = (json.loads(line)["fields"]["queue"] for line in out.splitlines())
    assert status == 0
    assert (parcel["label"], refund["label"]) == ("Shipping", "Payments")
    assert parcel["probability"] > neither["probability"]
    assert set(parcel["words"]) == {"kurier", "paket", "verspätet"}
    assert not neither["in_scope"]
    assert polydesk("tickets", "triage", fresh)[1].count("unlike any") >= 1


def test_a_worse_classifier_does_not_replace_a_better_one(polydesk: Command, tmp_path: Path, home: Path) -> None:
    learned(polydesk, tickets(tmp_path / "good.jsonl"))
    shelf = TriageShelf(home / "triage")
    before = shelf.known("queue")
    status, fields = learned(polydesk, tickets(tmp_path / "bad.jsonl", right=False))
    assert (status, fields["queue"]["kept"]) == (1, False)
    assert shelf.known("queue") == before
    assert "stays" in polydesk("tickets", "learn", tmp_path / "bad.jsonl")[2]
    status, fields = learned(polydesk, tmp_path / "bad.jsonl", "--replace-better")
    assert (status, fields["queue"]["kept"]) == (0, True)
    assert shelf.known("queue") != before


def test_one_example_of_each_is_enough_to_sort_by(polydesk: Command, tmp_path: Path) -> None:
    status, fields = learned(polydesk, tickets(tmp_path / "few.jsonl", rounds=1))
    assert status == 0
    alone = tmp_path / "alone.jsonl"
    lines = [ticket(1, queue, words[0], "en") for queue, words in ABOUT.items()]
    for number, line in enumerate(lines):
        line["id"] = f"T-{number}"
    alone.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    status, fields = learned(polydesk, alone, "--replace-better")
    assert fields["queue"]["accuracy"] is None
    _, out, _ = polydesk("tickets", "triage", alone, "--json")
    assert [json.loads(line)["fields"]["queue"]["label"] for line in out.splitlines()] == list(ABOUT)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no ticket in which a customer wrote"),
        (json.dumps(ticket(1, "Payments", "one two", "en")), "no field of these tickets has two labels"),
    ],
)
def test_what_nothing_can_be_learned_from_is_one_line(
    polydesk: Command, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(content, encoding="utf-8")
    status, _, err = polydesk("tickets", "learn", file)
    assert status == 2
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_before_anything_was_learned_triage_says_so(polydesk: Command, tmp_path: Path) -> None:
    status, _, err = polydesk("tickets", "triage", tickets(tmp_path / "t.jsonl", rounds=1))
    assert status == 2
    assert "polydesk tickets learn" in err


def test_a_damaged_file_and_a_bad_line_are_named(polydesk: Command, tmp_path: Path, home: Path) -> None:
    file = tickets(tmp_path / "t.jsonl")
    file.write_text(file.read_text(encoding="utf-8") + "\n{broken", encoding="utf-8")
    status, out, _ = polydesk("tickets", "learn", file, "--json")
    assert status == 1
    assert "t.jsonl:55" in json.loads(out)["findings"][0]
    for archive in (home / "triage").glob("queue.*.npz"):
        archive.write_bytes(b"no archive")
    status, _, err = polydesk("tickets", "triage", file)
    assert status == 2
    assert "run polydesk tickets learn again" in err


LABELS = """
queue:
  Payments: Money was charged twice. Where is my invoice?
  Shipping: Where is my parcel? The parcel is late.
  Technical: The machine does not start. It shows an error.
"""


def test_descriptions_alone_are_enough_to_begin_with_and_are_kept(polydesk: Command, tmp_path: Path) -> None:
    labels = tmp_path / "labels.yaml"
    labels.write_text(LABELS, encoding="utf-8")
    status, fields = learned_of(polydesk("tickets", "learn", "--labels", labels, "--json"))
    assert (status, fields["queue"]["examples"], fields["queue"]["accuracy"]) == (0, 0, None)
    asked = ticket(1, "", "The parcel is late, where is my parcel?", "en")
    (tmp_path / "new.jsonl").write_text(json.dumps(asked), encoding="utf-8")
    status, out, err = polydesk("tickets", "triage", tmp_path / "new.jsonl", "--json")
    assert (status, json.loads(out)["fields"]["queue"]["label"]) == (0, "Shipping"), err

    labels.unlink()
    status, fields = learned(polydesk, tickets(tmp_path / "t.jsonl"))
    assert fields["queue"]["examples"] == len((tmp_path / "t.jsonl").read_text("utf-8").splitlines())
    assert set(fields["queue"]["recall"]) == set(ABOUT)


def test_a_connected_model_is_asked_where_a_guess_is_not_sure(
    polydesk: Command, tmp_path: Path, ollama_scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = tmp_path / "labels.yaml"
    labels.write_text(LABELS, encoding="utf-8")
    polydesk("tickets", "learn", "--labels", labels)
    (tmp_path / "new.jsonl").write_text(json.dumps(ticket(1, "", "zygote quorum", "en")), encoding="utf-8")
    monkeypatch.setenv("POLYDESK_OLLAMA_URL", ollama_scripted.url)
    ollama_scripted.backend.enqueue("2")
    _, out, err = polydesk("tickets", "triage", tmp_path / "new.jsonl", "--model", f"ollama:{MODEL}", "--json")
    assert json.loads(out)["fields"]["queue"]["by"] == f"ollama:{MODEL}", err
    assert "Where is my parcel?" in json.dumps(ollama_scripted.requests[-1])
