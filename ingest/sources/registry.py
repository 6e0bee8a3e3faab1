"""Which source an address that somebody typed belongs to."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import IngestUserError
from ingest.sources.base import Source
from ingest.sources.folder import FolderSource
from ingest.sources.ticket_lines import TicketLines


def open_source(address: str | Path) -> Source:
    """The source for an address that somebody typed.

    :raises IngestUserError: there is nothing at ``address``.
    """
    full = Path(address).expanduser().resolve()
    if not full.exists():
        raise IngestUserError(f"{address}: no such file or folder")
    if full.is_file() and full.suffix == ".jsonl":
        return TicketLines(full)
    return FolderSource(full)
