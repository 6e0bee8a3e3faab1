"""Weeks are those of ISO 8601, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.drift.weeks import Week
from app.errors import AppUserError


def test_a_moment_belongs_to_the_week_it_is_in_by_utc() -> None:
    monday = datetime(2026, 11, 23, 1, 30, tzinfo=timezone(timedelta(hours=2)))  # Sunday evening by UTC
    assert str(Week.of(monday)) == "2026-W47"
    assert str(Week.of(datetime(2027, 1, 3, 23, 59, tzinfo=UTC))) == "2026-W53"
    assert str(Week.of(datetime(2027, 1, 4, tzinfo=UTC))) == "2027-W01"


def test_weeks_are_counted_back_over_new_year() -> None:
    assert str(Week(2027, 1).before(1)) == "2026-W53"
    assert Week(2026, 53).end == Week(2027, 1).begin == datetime(2027, 1, 4, tzinfo=UTC)
    assert sorted([Week(2027, 1), Week(2026, 9), Week(2026, 53)])[0] == Week(2026, 9)


@pytest.mark.parametrize("written", ["2026-W54", "2027-W53", "2026-47", "W47", "", "0000-W00", "2026-W4٧"])
def test_what_is_no_week_is_refused_in_one_line(written: str) -> None:
    with pytest.raises(AppUserError, match="write it as 2026-W47"):
        Week.parse(written)
    assert Week.parse(" 2026-w47 ") == Week(2026, 47)
