"""Time as Ollama writes it: RFC 3339 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(moment: datetime | None = None) -> str:
    """``2025-10-17T23:14:07.414671Z``; now when no moment is given."""
    moment = moment or datetime.now(UTC)
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
