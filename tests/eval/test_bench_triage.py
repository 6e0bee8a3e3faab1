"""``polydesk bench triage``: made tickets are learned from, and others are sorted one by one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from eval.bench_triage import made_tickets
from eval.corpus.wording import LANGUAGES
from tests.support.command import Command


def test_made_tickets_are_the_same_every_time_and_in_every_language() -> None:
    tickets = made_tickets(240)
    assert tickets == made_tickets(240)
    assert Counter(each.language for each in tickets) == dict.fromkeys(LANGUAGES, 240 // len(LANGUAGES))
    assert all(set(each.labels) == {"queue", "type", "priority", "sentiment"} and each.text for each in tickets)
    assert len({each.labels["queue"] for each in tickets}) > 3


def test_learning_and_sorting_are_timed(
    polydesk: Command, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(models_folder.parent))
    status, said, errors = polydesk("bench", "triage", "--tickets", "100", "--asked", "2", "--json")
    assert status == 0, errors
    figures = json.loads(said)
    assert (figures["tickets"], figures["languages"], figures["one_ticket"]["times"]) == (100, 12, 2)
    assert 0 < figures["one_ticket"]["p50"] <= figures["one_ticket"]["p95"] and figures["learning_s"] > 0
