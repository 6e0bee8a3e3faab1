"""Waiting in tests: until something has happened, with a limit that only what never happens reaches.

A machine under load, on a disk that stalls, may take half a minute for what takes a millisecond elsewhere. So nothing
is slept for, no time by the clock is compared with another, and how long work takes is told by the processor's time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 90.0  # and less than what the product itself waits for a silent model
_LOOK_S = 0.02


def eventually(condition: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
    """Whether ``condition`` becomes true; False only after all the patience there is."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(_LOOK_S)
    return True


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait for ``condition``; ``what`` says in the failure what did not happen."""
    assert eventually(condition), f"not within {PATIENCE_S:g} s: {what}"


def processor_seconds(work: Callable[[], object]) -> float:
    """What ``work`` takes of the processor in this thread, whoever else wants it."""
    started = time.thread_time()
    work()
    return time.thread_time() - started
