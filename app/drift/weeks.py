"""ISO weeks in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.errors import AppUserError

_WRITTEN = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One week, from Monday on; written ``2026-W47``."""

    year: int  # of the week by ISO 8601, which is another than that of some of its days around New Year
    number: int

    @classmethod
    def of(cls, moment: datetime) -> Week:
        """The week that an aware ``moment`` lies in."""
        year, number, _ = moment.astimezone(UTC).isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, written: str) -> Week:
        """:raises AppUserError: there is no such week."""
        match = _WRITTEN.fullmatch(written.strip().upper())
        try:
            week = cls(int(match[1]), int(match[2])) if match else None
            if week and week.begin:
                return week
        except ValueError:
            pass
        raise AppUserError(f"{written!r} is no week: write it as 2026-W47")

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return datetime.fromisocalendar(self.year, self.number, 1).replace(tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment of the week after it."""
        return self.begin + timedelta(weeks=1)

    def before(self, weeks: int) -> Week:
        """The week that lies so many weeks before."""
        return Week.of(self.begin - timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"
