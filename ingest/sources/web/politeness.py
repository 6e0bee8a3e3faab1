"""Turns at a host: not too many at once, not too soon, and none at one that has stopped answering."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.errors import DocumentError

_FAILURES = 5  # in a row, and a host is taken to be down


class HostGate:
    """Lets threads through to hosts.

    :param per_host: requests at once to one host.
    """

    def __init__(self, per_host: int) -> None:
        self._turns: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(per_host))
        self._next: defaultdict[str, float] = defaultdict(float)
        self._failures: defaultdict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, delay_s: float) -> Iterator[None]:
        """Hold a turn at ``host``, begun at least ``delay_s`` after the one before.

        :raises DocumentError: ``unreachable``: the host has not answered several times in a row.
        """
        with self._lock:
            turns = self._turns[host]
        with turns:
            with self._lock:
                if self._failures[host] >= _FAILURES:
                    raise DocumentError("unreachable", f"{host}: has stopped answering; run the ingest again later")
                now = time.monotonic()
                start = max(now, self._next[host])
                self._next[host] = start + delay_s
            if start > now:
                time.sleep(start - now)
            yield

    def note(self, host: str, *, answered: bool) -> None:
        with self._lock:
            self._failures[host] = 0 if answered else self._failures[host] + 1
