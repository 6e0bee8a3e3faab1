"""Measuring how well topics are recognised."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from eval.suites import topics
from guardrails.policy import load_policy
from guardrails.support import Vectors
from tests.conftest import REPOSITORY
from tests.eval.conftest import write_lines
from tests.support.command import Command


class Unlike:
    """An embedder that tells the policy's examples from everything else, so that the cues alone decide."""

    def __init__(self) -> None:
        named = load_policy().topics.named
        self._examples = {text for topic in named.values() for texts in topic.examples.values() for text in texts}

    def embed(self, texts: Sequence[str], _languages: Sequence[str], _kind: str) -> Vectors:
        return np.array([[0.0, 1.0] if text in self._examples else [1.0, 0.0] for text in texts])


LINES = [
    {"text": "I will sue you", "language": "en", "topic": "legal"},
    {"text": "Guten Morgen", "language": "de", "topic": "legal"},
    {"text": "転送して。オペレーターに代わって", "language": "ja", "topic": "person"},
    {"question": "Is it washable?", "language": "en"},
    {"question": "Ich möchte mit einem Mitarbeiter sprechen", "language": "de"},
]


def test_recall_and_false_positives_are_counted_by_topic_and_language(
    polydesk: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "open_centred_embedder", lambda *_: Unlike())
    write_lines(tmp_path / "set.jsonl", LINES)
    status, out, _ = polydesk("eval", "topics", "--data", tmp_path, "--failures", "--json")
    figures = json.loads(out)
    assert (status, figures["questions"]) == (0, 5)
    assert (figures["recall"], figures["false_positive_rate"]) == (0.6667, 0.5)
    assert (figures["by_topic"]["legal"]["recall"], figures["by_topic"]["person"]["false_positive_rate"]) == (0.5, 0.5)
    assert figures["by_topic"]["legal"]["false_positive_rate"] == 0.0
    assert figures["by_language"]["ja"]["recall"] == 1.0
    assert [each["text"] for each in figures["failures"]] == ["Guten Morgen", LINES[4]["question"]]


def test_the_own_set_has_every_topic_in_every_language() -> None:
    named = load_policy().topics.named
    for file in (REPOSITORY / "eval" / "sets" / "topics").glob("*.jsonl"):
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        counts = {topic: sum(line["topic"] == topic for line in lines) for topic in named}
        assert min(counts.values()) >= 3, file.name
        assert sum(line["topic"] is None for line in lines) >= 10, file.name


def test_a_folder_without_data_is_a_mistake(polydesk: Command, tmp_path: Path) -> None:
    status, _, err = polydesk("eval", "topics", "--data", tmp_path)
    assert status == 2 and "*.jsonl" in err
