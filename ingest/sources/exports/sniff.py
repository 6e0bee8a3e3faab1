"""Which help desk wrote a file, told by what is in it."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from ingest.errors import DocumentError
from ingest.sources.exports.columns import columns
from ingest.sources.exports.csv_rows import header
from ingest.sources.exports.freshdesk import Freshdesk
from ingest.sources.exports.jira import Jira
from ingest.sources.exports.json_entries import Entry, json_entries, read_entry
from ingest.sources.exports.model import ExportSystem
from ingest.sources.exports.source import ExportFile, ExportSource
from ingest.sources.exports.zendesk import Zendesk

_JSON = (".json", ".jsonl", ".ndjson")
_CSV = (".csv", ".tsv")
_MOST_FILES = 2_000  # of one export; Freshdesk writes a file for each 300 tickets
_LOOKED_AT = 20  # objects of a file

# Jira and Freshdesk's own wrapper are unmistakable; Zendesk's fields are the least so.
_SYSTEMS: tuple[ExportSystem, ...] = (Jira(), Freshdesk(), Zendesk())


def open_export(path: Path) -> ExportSource | None:
    """The tickets in a file or a folder, or None when it is none of the exports that are known.

    A folder is one when all its JSON and CSV files are of one help desk (tickets and users) and no
    other documents stand beside them.

    :param path: absolute, with its links resolved.
    """
    try:
        files = _files(path)
        if files is None:
            return None
        systems = {file: _system_of(file) for file in files}
    except OSError:
        return None  # whoever reads it as a document reports why it cannot be
    found = {system.name: system for system in systems.values() if system is not None}
    if len(found) != 1:
        return None
    (system,) = found.values()
    if any(other is None and not _may_be_people(file) for file, other in systems.items()):
        return None
    return ExportSource(path, system, tuple(ExportFile(file, systems[file] is not None) for file in files))


def _files(path: Path) -> list[Path] | None:
    """The files to look at; None when there is something else among them."""
    if path.is_file():
        return [path] if path.suffix.lower() in (*_JSON, *_CSV) else None
    files: list[Path] = []
    with os.scandir(path) as places:
        for place in places:
            if place.name.startswith((".", "~$")) or not place.is_file(follow_symlinks=False):
                continue
            file = Path(place.path)
            if file.suffix.lower() not in (*_JSON, *_CSV) or len(files) >= _MOST_FILES:
                return None
            files.append(file)
    return sorted(files)


def _system_of(file: Path) -> ExportSystem | None:
    if file.suffix.lower() in _CSV:
        heads, _delimiter = header(file)
        return next((system for system in _SYSTEMS if columns(system.name.lower()).fit(heads)), None)
    for entry in islice(json_entries(file), _LOOKED_AT):
        if entry.group == "users":
            continue
        for system in _SYSTEMS:
            if _is_ticket(file, entry, system):
                return system
    return None


def _is_ticket(file: Path, entry: Entry, system: ExportSystem) -> bool:
    try:
        with file.open("rb") as stream:
            return system.is_ticket(read_entry(stream, entry))
    except DocumentError:
        return False


def _may_be_people(file: Path) -> bool:
    """Whether the file could be the export's list of users: anything in JSON that no document is made from."""
    return file.suffix.lower() in _JSON
