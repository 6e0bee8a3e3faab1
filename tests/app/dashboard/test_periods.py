"""Days are calendar days of the reader, as long as clocks make them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.dashboard.periods import Period
from app.errors import AppUserError

# Clocks in Berlin were put back at three on the 25th of October 2026.
AFTER = datetime(2026, 10, 26, 9, 30, tzinfo=UTC)


def test_the_day_on_which_clocks_are_put_back_has_an_hour_more() -> None:
    period = Period.until(AFTER, 1, "Europe/Berlin")
    lengths = {day: span.end - span.begin for day, span in period.shown}
    assert lengths[date(2026, 10, 25)] == timedelta(hours=25)
    assert lengths[date(2026, 10, 24)] == timedelta(hours=24)


def test_what_is_compared_ends_at_the_same_time_by_the_clock_on_the_wall() -> None:
    period = Period.until(AFTER, 7, "Europe/Berlin")
    assert (period.now.begin, period.now.end) == (datetime(2026, 10, 19, 22, tzinfo=UTC), AFTER)
    # 10:30 of the 19th was in summer time still.
    assert period.before.begin == datetime(2026, 10, 12, 22, tzinfo=UTC)
    assert period.before.end == datetime(2026, 10, 19, 8, 30, tzinfo=UTC)


def test_a_zone_that_nobody_knows_is_taken_for_utc() -> None:
    for zone in (None, "", "Mars/Olympus", "../etc/passwd"):
        assert Period.until(AFTER, 1, zone).now.begin == datetime(2026, 10, 26, tzinfo=UTC)


@pytest.mark.parametrize("days", [0, -1, 181])
def test_so_many_days_cannot_be_compared(days: int) -> None:
    with pytest.raises(AppUserError, match=str(days)):
        Period.until(AFTER, days)
