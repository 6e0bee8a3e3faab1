"""Data sets made for a test, and the command in this process with the model that is open already."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.main import main
from ingest import knowledge
from ingest.embedding.centring import CentredEmbedder

WriteBeir = Callable[..., Path]
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], embedder: CentredEmbedder) -> Command:
    """Runs the command; returns its exit status and what it printed."""
    monkeypatch.setattr(knowledge, "open_centred_embedder", lambda *_: embedder)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["polydesk", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


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
