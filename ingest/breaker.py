"""Do not wait again and again for a server that is gone: after failures nobody asks it for a while.

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

    :param after: failures in a row that open it.
    """

    def __init__(self, rest_s: float = REST_S, clock: Callable[[], float] = time.monotonic, after: int = 1) -> None:
        self._rest_s = rest_s
        self._clock = clock
        self._after = after
        self._lock = threading.Lock()
        self._failures = 0  # in a row
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

    def is_open(self) -> bool:
        """Whether the server is left alone; unlike :meth:`seconds_left` for whoever does not mean to ask it."""
        with self._lock:
            return self._until is not None and self._until > self._clock()

    def failed(self) -> None:
        """Nobody answered."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._after:
                self._until = self._clock() + jittered(self._rest_s)

    def went_well(self) -> None:
        """The server answered, be it with a refusal."""
        with self._lock:
            self._failures, self._until = 0, None


def jittered(seconds: float) -> float:
    """A time between half as long and half as long again."""
    return seconds * random.uniform(0.5, 1.5)  # noqa: S311  # no secret
