"""A run that SIGTERM asks to end, as systemd and containers do, ends after the documents that it is writing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED_STATUS = 128 + signal.SIGTERM  # of a command that ended so, as a shell has it for one that died of it


@contextmanager
def stop_on_sigterm() -> Iterator[Callable[[], bool]]:
    """Yields a function that tells whether the end was asked for; a second SIGTERM ends the process at once."""
    asked = threading.Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.set()
        signal.signal(number, signal.SIG_DFL)

    if threading.current_thread() is not threading.main_thread():  # no other may set a handler
        yield asked.is_set
        return
    before = signal.signal(signal.SIGTERM, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGTERM, before)
