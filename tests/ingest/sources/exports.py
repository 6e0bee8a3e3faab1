"""Opening an export and looking at what it lists."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ingest.documents import Finding, ParsedDocument, SourceItem
from ingest.sources.exports import ExportSource, open_export

DATA = Path(__file__).parent / "data"


def opened(path: Path) -> ExportSource:
    source = open_export(path)
    assert source is not None, f"{path.name} was not recognised"
    return source


def listed(source: ExportSource) -> dict[str, SourceItem]:
    return {item.document_id: item for item in source.items() if isinstance(item, SourceItem)}


def found(source: ExportSource) -> list[tuple[str, str]]:
    """Code and message of every finding."""
    return [(entry.code, entry.message) for entry in source.items() if isinstance(entry, Finding)]


def read(source: ExportSource, number: str) -> ParsedDocument:
    return source.read(listed(source)[f"ticket/{number}"])


def hashes(source: ExportSource) -> dict[str, str]:
    return {number: item.content_hash for number, item in listed(source).items()}


def write_json(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def write_lines(path: Path, values: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
    return path
