"""Do not wait again and again for a server that is gone: after a failure nobody asks it for a while.

Pauses are drawn at random about their length, so that many processes do not all come back in the same moment
(https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

REST_S = 5.0


class Breaker:
    """Open while a server is left alone; then one asker goes first, and the others follow once that went well.

    May be used by several threads.
    """

    def __init__(self, rest_s: float = REST_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest_s = rest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._until: float | None = None  # None: all is well

    def seconds_left(self) -> float:
        """How long the server is still left alone; 0 for who may ask it now."""
        with self._lock:
            if self._until is None:
                return 0.0
            left = self._until - self._clock()
            if left <= 0:
                self._until = self._clock() + jittered(self._rest_s)  # this one goes first
            return max(0.0, left)

    def failed(self) -> None:
        """Nobody answered."""
        with self._lock:
            self._until = self._clock() + jittered(self._rest_s)

    def went_well(self) -> None:
        """The server answered, be it with a refusal."""
        with self._lock:
            self._until = None


def jittered(seconds: float) -> float:
    """A time between half as long and half as long again."""
    return seconds * random.uniform(0.5, 1.5)  # noqa: S311  # no secret
