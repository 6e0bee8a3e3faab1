"""Files that are versions of one document: ``returns@2026-03-01.md`` takes effect on that day."""

from __future__ import annotations

import re

_DATED = re.compile(r"^(?P<stem>.+)@(?P<date>\d{4}-\d{2}-\d{2})$")


def split_date(stem: str) -> tuple[str, str | None]:
    """A file's stem without its date, and the date as it is written, which need not be a real one."""
    match = _DATED.match(stem)
    return (match["stem"], match["date"]) if match else (stem, None)
