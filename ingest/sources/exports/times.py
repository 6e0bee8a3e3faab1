"""Times as help desks write them, in one form that sorts."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# 25/Feb/26 10:17 PM and 30/Jul/18 23:33: Jira's own form, which its CSV uses unless it was changed.
_JIRA = re.compile(r"(\d{1,2})/(\w{3})\.?/(\d{2}|\d{4}) (\d{1,2}):(\d{2})(?::\d{2})?(?: ?([AP])M)?", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPACED_OFFSET = re.compile(r" (?=(?:[+-]\d{2}:?\d{2}|UTC)$)")  # 2026-03-01 09:00:00 +0900 or UTC, Freshdesk


def iso_time(written: str) -> str:
    """``2026-03-01T09:00:00Z``; what cannot be read for certain (3/1/2026) is left as it is written."""
    text = written.strip()
    if match := _JIRA.fullmatch(text):
        return _jira(match) or text
    candidate = _SPACED_OFFSET.sub("", text).removesuffix("UTC")
    if not re.match(r"\d{4}-\d{2}-\d{2}", candidate):
        return text
    try:
        moment = datetime.fromisoformat(candidate)
    except ValueError:
        return text
    try:
        moment = moment if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return text
    return moment.replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def _jira(match: re.Match[str]) -> str:
    day, month, year, hour, minute, half = match.groups()
    if month.lower() not in _MONTHS:
        return ""
    hours = int(hour) % 12 + (12 if half.upper() == "P" else 0) if half else int(hour)
    century = 2000 if len(year) == 2 else 0
    try:
        moment = datetime(century + int(year), _MONTHS.index(month.lower()) + 1, int(day), hours, int(minute))
    except ValueError:
        return ""
    return moment.isoformat() + "Z"
