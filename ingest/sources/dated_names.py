"""Files that are versions of one document: ``returns@2026-03-01.md`` takes effect on that day.

A company's own way of naming files is a pattern with the groups ``stem`` (what the versions
share) and ``date``, or ``year``, ``month`` and ``day``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ingest.parsing.dates import UnclearDateError, read_date

_DATED = re.compile(r"^(?P<stem>.+)@(?P<date>\d{4}-\d{2}-\d{2})$")
_PARTS = ("year", "month", "day")
_GROUPS = frozenset(("stem", "date", *_PARTS))


@dataclass(frozen=True, slots=True)
class NamedVersion:
    """What a file's name says: the stem its versions share, and the day this one takes effect."""

    stem: str
    effective_from: date | None = None


def split_date(stem: str) -> tuple[str, str | None]:
    """A file's stem without its date, and the date as it is written, which need not be a real one."""
    match = _DATED.match(stem)
    return (match["stem"], match["date"]) if match else (stem, None)


def name_pattern(text: str) -> re.Pattern[str]:
    """A pattern for file names, checked.

    :raises ValueError: it is no regular expression, or its groups are others than these.
    """
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression ({error})") from None
    groups = set(pattern.groupindex)
    if "stem" not in groups:
        raise ValueError("it has no group (?P<stem>…) for what the versions of a document share")
    if unknown := sorted(groups - _GROUPS):
        raise ValueError(f"the group “{unknown[0]}” is not known; use stem, date, or year, month and day")
    if groups & set(_PARTS) and (not groups >= set(_PARTS) or "date" in groups):
        raise ValueError("use either the group date, or all of year, month and day")
    return pattern


def read_name(stem: str, patterns: Iterable[re.Pattern[str]] = ()) -> NamedVersion:
    """What a file's stem says, by the first pattern that matches the whole of it, else by ``@`` and a date.

    :raises UnclearDateError: what stands for the date is none, or can mean several days.
    """
    for pattern in patterns:
        if (match := pattern.fullmatch(stem)) and (shared := (match["stem"] or "").strip()):
            return NamedVersion(shared, _date(match.groupdict()))
    shared, written = split_date(stem)
    return NamedVersion(shared, _real(written) if written else None)


def _date(groups: dict[str, str | None]) -> date | None:
    if written := groups.get("date"):
        return read_date(written.replace("_", "-"))
    if all(groups.get(part) for part in _PARTS):
        return _real("-".join((groups[part] or "").zfill(2) for part in _PARTS))
    return None


def _real(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UnclearDateError(f"{written} is not a date") from None
