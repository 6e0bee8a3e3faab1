"""Times, amounts and changes as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.dashboard.numbers import Figures, Money
from app.ui.dashboard.written import money, moved_score, percent, points, seconds, span


def bare(text: str) -> str:
    """Without the marks that keep it in its own order."""
    return text.strip("\u2066\u2069")


def test_amounts_have_two_digits_that_count() -> None:
    written = {12.3: "12.30", 0.1: "0.10", 0.0154: "0.015", 0.00053: "0.00053", 1234.5: "1,234.50", 0.0: "0"}
    assert {each: bare(money([Money(amount=each, currency="USD")], "en")) for each in written} == {
        each: f"{said} USD" for each, said in written.items()
    }
    both = [Money(amount=1, currency="EUR"), Money(amount=2, currency="USD")]
    assert money(both, "de").replace("\u2066", "").replace("\u2069", "") == "1,00 EUR + 2,00 USD"
    assert money([], "en") == "–"


def test_times_are_in_the_unit_that_one_would_say() -> None:
    assert [bare(seconds(each, "de")) for each in (0.0412, 2.34, 41.2, None)] == ["41 ms", "2,3 s", "41 s", "–"]


def test_a_change_that_cannot_be_said_is_not() -> None:
    assert bare(points(0.148, 0.09, "en")) == "+5.8" and bare(percent(90, 100, "en")) == "−10 %"
    assert bare(moved_score(0.81, 0.83, "en")) == "−0.02" and moved_score(None, 0.8, "en") == ""
    assert points(None, 0.1, "en") == percent(3, 0, "en") == percent(None, 1, "en") == ""


def test_a_day_is_said_with_its_hours_and_several_without() -> None:
    noon, midnight = datetime(2026, 11, 22, 12, 0, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
    today = span(Figures(begin=midnight, end=noon), "UTC", "en")
    assert today.startswith("Nov 22, ") and "12:00" in today and "2026" not in today
    assert span(Figures(begin=datetime(2026, 11, 16, tzinfo=UTC), end=noon), "UTC", "de") == "16.–22. Nov."
