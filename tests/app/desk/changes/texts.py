"""Markdown cut into the lines that two versions are compared by."""

from __future__ import annotations

from pathlib import Path

from app.desk.changes.change import Change
from app.desk.changes.comparing import compare_versions
from ingest.chunking import chunk
from ingest.documents import Chunk
from ingest.parsing.assembly import assemble
from ingest.parsing.markdown import extract_markdown


def chunks(text: str, language: str = "en") -> list[Chunk]:
    """The chunks of a document in one language."""
    document = assemble(extract_markdown(Path("rules.md"), text.encode()), "rules.md", "rules")
    return chunk(document, lambda _: language, lambda texts: [1 + len(each) // 4 for each in texts], title="rules")


def changes(old: str, new: str, language: str = "en") -> list[Change]:
    """What changed, by words alone."""
    return compare_versions(chunks(old, language), chunks(new, language))


def kinds(old: str, new: str, language: str = "en") -> list[tuple[str, ...]]:
    """The kinds of what changed."""
    return [change.kinds for change in changes(old, new, language)]
