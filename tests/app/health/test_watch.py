"""Looking at the parts takes a bearable time whatever they do, and says what follows from their states."""

from __future__ import annotations

import threading

import pytest

from app.health.watch import HealthWatch, Part, State
from tests.support.patience import wait_until


def being(state: State) -> Part:
    return Part(f"{state} part", lambda: state)


@pytest.mark.parametrize(
    ("needed", "other", "status"),
    [
        ("ok", "ok", "ready"),
        ("ok", "off", "ready"),
        ("ok", "gone", "degraded"),
        ("starting", "ok", "unready"),
        ("gone", "ok", "unready"),
    ],
)
def test_what_is_needed_decides_and_what_is_not_only_degrades(needed: State, other: State, status: str) -> None:
    parts = (Part("needed", lambda: needed), Part("other", lambda: other, needed=False))
    found = HealthWatch(parts).look()
    assert (found.status, found.parts) == (status, {"needed": needed, "other": other})


def test_a_part_that_fails_is_gone_and_comes_back_by_itself() -> None:
    there = threading.Event()

    def check() -> State:
        if not there.is_set():
            raise ConnectionError("nobody answers")
        return "ok"

    watch = HealthWatch([Part("store", check, fresh_s=0.0)])
    assert watch.look().status == "unready"
    there.set()
    assert watch.look().status == "ready"


def test_a_part_that_says_nothing_is_gone_after_the_limit_and_is_not_asked_twice_meanwhile() -> None:
    speak, asked = threading.Event(), 0

    def check() -> State:
        nonlocal asked
        asked += 1
        speak.wait()
        return "ok"

    watch = HealthWatch([Part("silent", check), being("ok")], limit_s=0.05)
    for _ in range(3):
        assert watch.look().parts == {"silent": "gone", "ok part": "ok"}
    assert asked == 1
    speak.set()
    wait_until(lambda: watch.look().status == "ready", "the part has spoken")


def test_what_was_just_seen_is_not_looked_at_again() -> None:
    asked = 0

    def check() -> State:
        nonlocal asked
        asked += 1
        return "ok"

    watch = HealthWatch([Part("dear", check, fresh_s=1_000.0)])
    assert [watch.look().status for _ in range(5)] == ["ready"] * 5
    assert asked == 1
