"""Times as people say them in their language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def lasting_since(moment: datetime, language: str, now: datetime | None = None) -> str:
    """How long it is that something has lasted, ``3 days``."""
    from babel.dates import format_timedelta

    return str(format_timedelta((now or datetime.now(UTC)) - moment, granularity="minute", locale=language))


def shown_at(moment: datetime, language: str, zone: str | None) -> str:
    """Day and time by the clock of a browser."""
    from babel.dates import format_datetime

    try:
        place = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        place = ZoneInfo("UTC")
    return str(format_datetime(moment.astimezone(place), "medium", locale=language))


def shown_day(moment: datetime, language: str) -> str:
    """A day, as it is written in a list."""
    return shown_date(moment.date(), language)


def shown_date(day: date, language: str) -> str:
    """A date, as it is written in a list."""
    from babel.dates import format_date

    return str(format_date(day, "medium", locale=language))
