"""Data sets made for a test, and the command in this process with the model that is open already."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest import knowledge
from ingest.embedding.centring import CentredEmbedder
from tests.support.command import Command, command_with

WriteBeir = Callable[..., Path]


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], embedder: CentredEmbedder) -> Command:
    """Runs the command; returns its exit status and what it printed."""
    return command_with(embedder, (knowledge,), monkeypatch, capsys)


def write_beir(
    folder: Path,
    corpus: Sequence[Mapping[str, Any]],
    queries: Sequence[Mapping[str, Any]],
    judged: Sequence[tuple[str, str, int]],
    split: str = "test",
) -> Path:
    """A BEIR folder."""
    (folder / "qrels").mkdir(parents=True)
    write_lines(folder / "corpus.jsonl", corpus)
    write_lines(folder / "queries.jsonl", queries)
    rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in judged)]
    (folder / "qrels" / f"{split}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def write_lines(file: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """A file of JSON lines."""
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
