"""Tasks for workers that go wrong."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from ingest.errors import DocumentError


def die_at_first(marks: str, times: int) -> int:
    """Dies so many times before it returns how often it was tried."""
    tried = len(list(Path(marks).iterdir()))
    (Path(marks) / str(tried)).touch()
    if tried < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return tried + 1


def refuse() -> None:
    raise DocumentError("empty", "a.md: no words were found in it")


def fail() -> None:
    raise ConnectionError("of its own")


def go_on(mark: str, seconds: float) -> None:
    """Takes so long, and says that it has begun."""
    Path(mark).touch()
    time.sleep(seconds)
