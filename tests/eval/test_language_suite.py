"""Language identification, measured."""

from __future__ import annotations

import json
from pathlib import Path

from tests.eval.conftest import write_lines
from tests.support.command import Command

TEXTS = [
    {"text": "Wie lange kann ich eine Matratze zurückgeben?", "language": "de", "kind": "sentences"},
    {"text": "Quanto tempo tenho para devolver um colchão?", "language": "pt-BR", "kind": "sentences"},
    {"text": "Hvor lenge kan jeg returnere en madrass jeg ikke liker?", "language": "nb", "kind": "sentences"},
    {"text": "Matratze zurückgeben", "language": "de", "kind": "word-pairs"},
    {"text": "return mattress", "language": "de", "kind": "word-pairs"},
]


def test_texts_are_counted_by_kind_and_language(polydesk: Command, tmp_path: Path) -> None:
    status, out, _ = polydesk("eval", "language", "--data", write_lines(tmp_path / "texts.jsonl", TEXTS), "--json")
    figures = json.loads(out)
    assert (status, figures["texts"], figures["accuracy"]) == (0, 5, 0.8)
    assert {kind: each["accuracy"] for kind, each in figures["by_kind"].items()} == {
        "sentences": 1.0,
        "word-pairs": 0.5,
    }
    assert {name: each["accuracy"] for name, each in figures["by_language"].items()} == {
        "de": 0.6667,
        "no": 1.0,
        "pt": 1.0,
    }
    assert figures["intervals"]["accuracy"]["count"] == 5
    assert 0 < figures["ms_per_call"] < 1000


def test_people_get_a_table(polydesk: Command, tmp_path: Path) -> None:
    status, out, _ = polydesk("eval", "language", "--data", write_lines(tmp_path / "texts.jsonl", TEXTS))
    assert status == 0
    assert "5 texts" in out and "word-pairs" in out and "80.0%" in out


def test_a_bad_line_and_an_empty_file_are_named(polydesk: Command, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "texts.jsonl", [*TEXTS, {"text": "x", "language": "german"}])
    status, out, err = polydesk("eval", "language", "--data", file)
    assert (status, out) == (2, "")
    assert err.startswith(f"polydesk: {file}:6: language: ") and "'german' is no language code" in err
    file.write_text("\n")
    assert "nothing in it" in polydesk("eval", "language", "--data", file)[2]
    assert "cannot be read" in polydesk("eval", "language", "--data", tmp_path / "none.jsonl")[2]
