"""The queue before the model: so many at once, so many waiting, the rest refused."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.ollama.errors import ClientGoneError, server_busy

_POLL_S = 0.02  # how often a waiting request looks whether its client is still there


class RequestQueue:
    """First come, first served; ``parallel`` is OLLAMA_NUM_PARALLEL, ``max_waiting`` OLLAMA_MAX_QUEUE."""

    def __init__(self, parallel: int, max_waiting: int) -> None:
        self._parallel = parallel
        self._max_waiting = max_waiting
        self._running = 0
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return len(self._waiting)

    @contextmanager
    def slot(self, cancelled: threading.Event) -> Iterator[None]:
        """Hold one of the places at the model, waiting for it if need be.

        :raises OllamaError: 503, too many wait already.
        :raises ClientGoneError: ``cancelled`` was set while waiting.
        """
        with self._changed:
            self._wait_turn(cancelled)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _wait_turn(self, cancelled: threading.Event) -> None:
        if self._running < self._parallel and not self._waiting:
            return
        if len(self._waiting) >= self._max_waiting:
            raise server_busy()
        ticket = object()
        self._waiting.append(ticket)
        try:
            while self._waiting[0] is not ticket or self._running >= self._parallel:
                if cancelled.is_set():
                    raise ClientGoneError
                self._changed.wait(_POLL_S)
        finally:
            self._waiting.remove(ticket)
            self._changed.notify_all()
