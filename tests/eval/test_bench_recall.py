"""``polydesk bench recall``: what is taken for the same is counted, and a hit is timed against a quoting answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import bench_recall
from eval.same_questions import Asked
from tests.support.command import Command

PAIRS = Asked(
    asked="How long is the warranty on the kettle?",
    same=("how long is the warranty on the kettle",),
    twins=("How long is the warranty on the toaster?", "How much is the warranty on the kettle?"),
)


def test_pairs_are_counted_and_a_hit_is_timed(
    polydesk: Command, sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(sample_home))
    monkeypatch.setattr(bench_recall, "read_same_questions", lambda: {"en": (PAIRS,)})
    monkeypatch.setattr(bench_recall, "combinations", lambda *_: ())
    status, said, errors = polydesk("bench", "recall", "--questions", "5", "--json")
    assert status == 0, errors
    figures = json.loads(said)
    taken = figures["taken"]
    assert (taken["same"], taken["same_taken"], taken["twins"], taken["twins_taken"]) == (1, 1, 2, 0)
    assert figures["by_language"]["en"]["twins"] == 2
    assert 1 < figures["kept"] <= figures["questions"] == 6
    assert figures["again_ms"] > 0
