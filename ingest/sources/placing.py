"""What the place of a file says about it: its document, and what its name and the rules set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from ingest.documents import Finding, SourceItem
from ingest.errors import DocumentError
from ingest.parsing.dates import UnclearDateError
from ingest.sources.dated_names import NamedVersion, read_name
from ingest.sources.rules import Ruled

ARCHIVE_SUFFIXES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".txz", ".tar", ".zip")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies.

    :param shown: its path, relative to the folder that is ingested.
    :param inside: its path inside of the archive at ``shown``, empty for a file of its own.
    """

    shown: str
    uri: str
    rules: Ruled
    name_patterns: tuple[re.Pattern[str], ...] = ()
    inside: str = ""

    @property
    def name(self) -> str:
        """The place as people are told it."""
        return f"{self.shown}/{self.inside}" if self.inside else self.shown


def placed_items(places: Iterable[Place]) -> dict[str, SourceItem | Finding]:
    """By uri the items at these places, without the hash of their content, or why they cannot be used.

    Left out is what the rules ignore. Of items that claim to be the same version of one document, none is used.
    """
    found: dict[str, SourceItem | Finding] = {}
    groups: dict[tuple[str, date | None], list[Place]] = {}
    for place in places:
        if place.rules.ignored:
            continue
        try:
            item = _placed_item(place)
        except DocumentError as error:
            found[place.uri] = Finding(place.name, error.code, str(error))
            continue
        found[place.uri] = item
        groups.setdefault((item.document_id, item.effective_from), []).append(place)
    for group in (group for group in groups.values() if len(group) > 1):
        others = ", ".join(place.name for place in group)
        for place in group:
            message = f"{place.name}: {others} are one document with the same date; keep one, or put dates in the names"
            found[place.uri] = Finding(place.name, "duplicate", message)
    return found


def _placed_item(place: Place) -> SourceItem:
    """The item at a place.

    A date in a file's name is nearer to the text than a rule, and wins over it unless the rule is enforced.

    :raises DocumentError: ``wrong-format``: the name holds a date that is none.
    """
    folder, slash, name = place.shown.rpartition("/")
    stem, suffix = split_suffix(name)
    version = _named(place, stem)
    document_id, begins = f"{folder}{slash}{version.stem}{suffix}", version.effective_from
    if place.inside:
        inner = PurePosixPath(place.inside)
        version = _named(place, inner.stem)
        document_id = f"{document_id}/{inner.with_name(version.stem + inner.suffix)}"
        begins = version.effective_from or begins
    fields: dict[str, Any] = dict(place.rules.fields)
    if begins is not None and "effective_from" not in place.rules.enforced:
        fields["effective_from"] = begins
    return SourceItem(place.uri, document_id, "", enforced=place.rules.enforced, **fields)


def split_suffix(name: str) -> tuple[str, str]:
    """Stem and suffix of a file's name; ``.tar.gz`` is one suffix."""
    lower = name.lower()
    if lower.endswith(ARCHIVE_SUFFIXES):
        size = next(len(suffix) for suffix in ARCHIVE_SUFFIXES if lower.endswith(suffix))
        return name[:-size], name[-size:]
    dot = name.rfind(".")  # a dot at either end belongs to the stem
    return (name[:dot], name[dot:]) if 0 < dot < len(name) - 1 else (name, "")


def _named(place: Place, stem: str) -> NamedVersion:
    try:
        return read_name(stem, place.name_patterns)
    except UnclearDateError as error:
        raise DocumentError("wrong-format", f"{place.name}: {error}; write it as 2026-03-01") from None
