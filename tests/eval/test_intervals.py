"""Means and their intervals."""

from __future__ import annotations

import pytest

from eval.intervals import mean_of_means, mean_with_interval


def test_the_interval_holds_the_mean_and_narrows_with_more_data() -> None:
    few, many = mean_with_interval([1.0, 0.0] * 10), mean_with_interval([1.0, 0.0] * 1000)
    for figure in (few, many):
        assert figure.low is not None and figure.value is not None and figure.high is not None
        assert figure.low < 0.5 == figure.value < figure.high
    assert few.high is not None and many.high is not None and few.high > many.high


def test_the_mean_of_nothing_is_none_and_not_a_number() -> None:
    assert mean_with_interval([]).value is None


def test_a_mean_of_means_gives_every_group_the_same_weight() -> None:
    figure = mean_of_means([[1.0] * 90, [0.0] * 10])
    assert (figure.value, figure.count, figure.low, figure.high) == (0.5, 100, 0.5, 0.5)
    assert mean_of_means([[1.0], []]).value is None


def test_the_interval_of_a_share_is_that_of_the_normal_approximation_where_there_are_many() -> None:
    figure = mean_with_interval([1.0] * 1500 + [0.0] * 500)
    half_width = 1.96 * (0.75 * 0.25 / 2000) ** 0.5
    assert figure.low == pytest.approx(0.75 - half_width, abs=0.003)
    assert figure.high == pytest.approx(0.75 + half_width, abs=0.003)
