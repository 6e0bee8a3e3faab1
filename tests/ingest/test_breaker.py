"""A server that is gone is left alone for a while, and asked by one before the others follow."""

from __future__ import annotations

import pytest

from ingest.breaker import Breaker, jittered


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_after_a_failure_everybody_waits_then_one_goes_first_and_the_others_follow_it() -> None:
    clock = Clock()
    breaker = Breaker(10.0, clock)
    assert breaker.seconds_left() == 0.0
    breaker.failed()
    assert 5.0 <= breaker.seconds_left() <= 15.0
    clock.now += 15.0
    assert breaker.seconds_left() == 0.0  # the first
    assert breaker.seconds_left() > 0.0  # the others
    breaker.went_well()
    assert breaker.seconds_left() == breaker.seconds_left() == 0.0


def test_one_that_goes_first_and_never_comes_back_does_not_shut_the_others_out() -> None:
    clock = Clock()
    breaker = Breaker(10.0, clock)
    breaker.failed()
    clock.now += 15.0
    assert breaker.seconds_left() == 0.0
    clock.now += 15.0
    assert breaker.seconds_left() == 0.0


def test_pauses_differ() -> None:
    pauses = {jittered(2.0) for _ in range(50)}
    assert len(pauses) > 40 and min(pauses) >= 1.0 and max(pauses) <= 3.0


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_a_pause_is_never_negative(seconds: float) -> None:
    assert jittered(seconds) >= 0.0
