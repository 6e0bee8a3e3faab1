"""The comparison of window sizes reads any BEIR folder and says for each size how often the right passage is first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval import window_sizes
from tests.eval.conftest import write_beir
from tests.support.hashed_embedder import hashed

CORPUS = [
    {
        "_id": "returns",
        "title": "Returns",
        "text": "A sofa may be sent back within 45 days. The label is free. Keep it.",
    },
    {"_id": "gifts", "text": "Gift cards never expire. They are not paid out."},
    {"_id": "empty-title", "title": "", "text": "Complaints are answered within a week."},
]
QUERIES = [{"_id": "a", "text": "sofa sent back within days"}, {"_id": "b", "text": "gift cards expire"}]


def test_every_size_has_a_line_and_what_is_said_in_the_words_of_a_passage_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(window_sizes, "open_centred_embedder", lambda *_: hashed())
    folder = write_beir(tmp_path / "set", CORPUS, QUERIES, [("a", "returns", 1), ("b", "gifts", 1)])
    window_sizes.main(folder, every=1)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("about")]
    assert [int(re.findall(r"\d+", line)[0]) for line in lines] == list(window_sizes._SIZES)
    assert all("first 1.000, first five 1.000 of 2 questions" in line for line in lines)
