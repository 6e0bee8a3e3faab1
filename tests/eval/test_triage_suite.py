"""Measuring how well tickets are sorted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.suites import triage
from tests.eval.conftest import write_lines
from tests.support.command import Command
from tests.support.hashed_embedder import hashed

WORDS = {"cancel": "cancel stop order", "balance": "balance money account", "weather": "weather rain sun"}


def lines(rounds: int) -> list[dict[str, str]]:
    fillers = ("please", "now", "today", "tomorrow", "quickly")
    return [
        {"text": f"{words} {fillers[number % 5]}", "intent": intent}
        for number in range(rounds)
        for intent, words in WORDS.items()
    ]


@pytest.fixture(autouse=True)
def _hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "open_centred_embedder", lambda *_: hashed())


def test_what_fits_and_what_belongs_nowhere_are_counted(polydesk: Command, tmp_path: Path) -> None:
    write_lines(tmp_path / "train.jsonl", [*lines(10), {"text": "left out of learning", "intent": "oos"}])
    asked = [*lines(2), {"text": "zygote quorum fjord", "intent": "oos"}, {"text": "cancel stop", "intent": "weather"}]
    write_lines(tmp_path / "data.jsonl", asked)
    status, out, _ = polydesk(
        *("eval", "triage", "--data", tmp_path / "data.jsonl", "--train", tmp_path / "train.jsonl", "--json")
    )
    figures = json.loads(out)
    assert (status, figures["texts"]) == (0, 8)
    assert figures["accuracy"] == pytest.approx(6 / 7, abs=1e-4)
    assert figures["macro_f1"] == pytest.approx((4 / 5 + 1 + 4 / 5) / 3, abs=1e-4)
    assert figures["out_of_scope_recall"] == 1.0
    assert figures["by_field"]["intent"]["accuracy"] == figures["accuracy"]
    assert figures["intervals"]["accuracy"]["count"] == 7


def test_tickets_without_anything_to_learn_from_are_cross_validated(polydesk: Command, tmp_path: Path) -> None:
    tickets = [
        {"subject": words.split()[number % 3], "body": words, "language": "en", "queue": name, "priority": "low"}
        for number in range(5)
        for name, words in WORDS.items()
    ]
    write_lines(tmp_path / "data.jsonl", tickets)
    status, out, _ = polydesk("eval", "triage", "--data", tmp_path / "data.jsonl")
    assert status == 0
    assert "queue" in out
    assert "100.0%" in out
    assert "priority" not in out  # everything has the same


def test_a_line_without_label_or_text_is_named(polydesk: Command, tmp_path: Path) -> None:
    write_lines(tmp_path / "data.jsonl", [{"text": "", "intent": "x"}])
    status, _, err = polydesk("eval", "triage", "--data", tmp_path / "data.jsonl")
    assert status == 2
    assert "data.jsonl:1" in err


def test_a_few_of_each_label_are_drawn_as_often_as_asked(polydesk: Command, tmp_path: Path) -> None:
    write_lines(tmp_path / "train.jsonl", [*lines(10), {"text": "cancel order stop", "intent": "cancel"}])
    write_lines(tmp_path / "data.jsonl", lines(1))
    options = ("--train", tmp_path / "train.jsonl", "--each", 2, "--draws", 3, "--json")
    status, out, _ = polydesk("eval", "triage", "--data", tmp_path / "data.jsonl", *options)
    assert (status, json.loads(out)["texts"]) == (0, 9)
    status, _, err = polydesk("eval", "triage", "--data", tmp_path / "data.jsonl", "--each", 2)
    assert status == 2
    assert "--each takes a few lines of --train" in err
