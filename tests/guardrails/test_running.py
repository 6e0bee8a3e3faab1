"""A guard that fails or hangs says so, and where it was."""

from __future__ import annotations

import logging
import threading

import pytest

from guardrails.running import FAILED, run_guard


def test_what_it_found_comes_back() -> None:
    outcome = run_guard("numbers", lambda: 7, seconds=5)
    assert (outcome.result, outcome.failure) == (7, None)


def test_one_that_raises_is_a_finding_and_its_trace_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def broken_check() -> int:
        raise OSError("no\nword list")

    with caplog.at_level(logging.WARNING):
        outcome = run_guard("numbers", broken_check, seconds=5)
    assert outcome.result is None
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.passed) == (FAILED, False)
    assert "OSError: no word list" in outcome.failure.reason
    assert "in broken_check" in caplog.text


def test_one_that_hangs_is_a_finding_and_the_log_says_where_it_was(caplog: pytest.LogCaptureFixture) -> None:
    released = threading.Event()

    def hanging_check() -> None:
        released.wait(30)

    with caplog.at_level(logging.WARNING):
        outcome = run_guard("numbers", hanging_check, seconds=0.05)
    released.set()
    assert outcome.failure is not None
    assert "no result within 0.05 s" in outcome.failure.reason
    assert "in hanging_check" in caplog.text
