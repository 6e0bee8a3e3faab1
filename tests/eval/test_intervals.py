"""Means and their intervals."""

from __future__ import annotations

from eval.intervals import mean_with_interval


def test_the_interval_holds_the_mean_and_narrows_with_more_data() -> None:
    few, many = mean_with_interval([1.0, 0.0] * 10), mean_with_interval([1.0, 0.0] * 1000)
    for figure in (few, many):
        assert figure.low is not None and figure.value is not None and figure.high is not None
        assert figure.low < 0.5 == figure.value < figure.high
    assert few.high is not None and many.high is not None and few.high > many.high


def test_the_mean_of_nothing_is_none_and_not_a_number() -> None:
    assert mean_with_interval([]).value is None
