"""Waiting for work in other threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable


def wait_for_all(ended: Iterable[threading.Event], seconds: float) -> None:
    """Return when all of them are set, or ``seconds`` have passed altogether."""
    end = time.monotonic() + seconds
    for each in ended:
        each.wait(max(0.0, end - time.monotonic()))
