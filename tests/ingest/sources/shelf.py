"""What the tests of sources share: folders to list, and what came of it."""

from __future__ import annotations

from pathlib import Path

from ingest.documents import Finding, SourceItem
from ingest.sources import Source, SourceOptions, open_source

TEXT = "# Returns\n\nThirty days.\n"


def put(root: Path, *names: str, text: str = TEXT) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def listed(source: Source | Path, options: SourceOptions | None = None) -> tuple[dict[str, SourceItem], dict[str, str]]:
    """The items by what their uri ends in below the source, and the codes of the findings by item."""
    opened = open_source(source, options) if isinstance(source, Path) else source
    entries = list(opened.items())
    items = {entry.document_id: entry for entry in entries if isinstance(entry, SourceItem)}
    assert len(items) == sum(isinstance(entry, SourceItem) for entry in entries), "two items of one document"
    return items, {entry.item: entry.code for entry in entries if isinstance(entry, Finding)}


def findings(source: Path) -> list[Finding]:
    return [entry for entry in open_source(source).items() if isinstance(entry, Finding)]
