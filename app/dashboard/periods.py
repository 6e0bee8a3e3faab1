"""Days that are counted, and the same number of days before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import AppUserError

MOST_DAYS = 180
_SHOWN_DAYS = 28  # at least, so that one day is seen beside the weeks before it


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to before another."""

    begin: datetime
    end: datetime

    @property
    def seconds(self) -> tuple[int, int]:
        """Both since 1970; a second that has begun belongs to it."""
        return ceil(self.begin.timestamp()), ceil(self.end.timestamp())


@dataclass(frozen=True, slots=True)
class Period:
    """So many calendar days up to now, the last of them as far as it has come.

    What they are compared with begins and ends as many days earlier, at the same times of day: a morning is not held
    against a whole day, and a week has the same weekdays as the one before.
    """

    days: int
    moment: datetime
    zone: ZoneInfo

    @classmethod
    def until(cls, moment: datetime, days: int, zone: str | None = None) -> Period:
        """:param zone: whose midnight counts, as ``Europe/Berlin``; UTC where it is None or nobody knows it.

        :raises AppUserError: so many days cannot be counted.
        """
        if not 1 <= days <= MOST_DAYS:
            raise AppUserError(f"{days} days cannot be compared: choose from 1 to {MOST_DAYS}")
        return cls(days, moment.astimezone(UTC), zone_of(zone))

    @property
    def now(self) -> Span:
        return self._span(0)

    @property
    def before(self) -> Span:
        return self._span(self.days)

    @property
    def shown(self) -> list[tuple[date, Span]]:
        """The days of the charts, oldest first."""
        count = max(_SHOWN_DAYS, 2 * self.days)
        days = [self._today - timedelta(days=back) for back in range(count - 1, -1, -1)]
        return [(day, Span(self._midnight(day), self._midnight(day + timedelta(days=1)))) for day in days]

    @property
    def _today(self) -> date:
        return self.moment.astimezone(self.zone).date()

    def _span(self, back: int) -> Span:
        local = self.moment.astimezone(self.zone)
        first = self._today - timedelta(days=back + self.days - 1)
        # By the clock on the wall, also where it was changed in between.
        end = local if back == 0 else local.replace(tzinfo=None) - timedelta(days=back)
        return Span(self._midnight(first), end.replace(tzinfo=self.zone).astimezone(UTC))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def zone_of(name: str | None) -> ZoneInfo:
    """The zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
