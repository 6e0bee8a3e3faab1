"""The one line of a model: masked on the way there, and shown only where it says no more than the change."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.desk.changes.change import Change
from app.desk.changes.summary import holds, summarised
from app.models.choosing import choose_model
from app.settings import Settings
from tests.app.desk.changes.test_confirmations import RETURNS
from tests.support.ollama import Fault, Reply
from tests.support.ollama.asking import MODEL, Scripted

LONGER = Change(
    kinds=("deadline",),
    old="Send it to vera.lindqvist@example.org within 14 days, for EUR 4.90.",
    new="Send it to vera.lindqvist@example.org within 30 days, for EUR 4.90.",
    language="en",
)
BRIEF = replace(RETURNS, changes=(LONGER,))


def summary(server: Scripted, language: str = "en") -> str | None:
    model = choose_model(Settings(ollama_url=server.url, model=f"ollama:{MODEL}"))
    assert model is not None
    return summarised(model, BRIEF, language)


def test_a_line_that_the_change_bears_out_is_shown(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue("Die Frist beträgt jetzt 30 statt 14 Tage.")
    assert summary(ollama_scripted, "de") == "Die Frist beträgt jetzt 30 statt 14 Tage."
    sent = json.dumps(ollama_scripted.requests[0], ensure_ascii=False)
    assert "within 30 days" in sent and "German" in sent
    assert "<EMAIL_1>" in sent and "example.org" not in sent


@pytest.mark.parametrize(
    "line",
    [
        "The deadline is 60 days now.",
        "The label costs EUR 9 now.",
        "Write to www.example.com for it.",
        "NO_ANSWER",
        "",
        "Die Frist für die Rücksendung ist jetzt länger als vorher und gilt für alle.",
        "One thing changed. Another did. And a third.",
    ],
)
def test_a_line_that_says_anything_else_is_not(line: str) -> None:
    assert not holds(line, BRIEF, "en")
    assert holds("The deadline is 30 days now, EUR 4.90 stays.", BRIEF, "en")


def test_a_model_that_fails_leaves_no_line(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Reply("It is 30 days", fault=Fault.disconnect_after(1)))
    assert summary(ollama_scripted) is None
