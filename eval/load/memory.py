"""How the memory of some processes goes while they work."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import psutil

_MEGABYTE = 1_000_000
_SAMPLES_LEAST = 8  # a growth is not told from fewer


class MemoryWatch:
    """Samples resident memory, together, of the processes that ``pids`` returns at that moment; 10^6 bytes.

    :param every_s: seconds between two samples.
    """

    def __init__(self, pids: Callable[[], Sequence[int]], every_s: float) -> None:
        self._pids, self._every_s = pids, every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-watch", daemon=True)
        self._begun = 0.0
        self.samples: list[tuple[float, float]] = []  # seconds since the start, MB

    def __enter__(self) -> MemoryWatch:
        self._begun = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            if mb := _resident(self._pids()):  # nothing between a process and the one that takes its place
                self.samples.append((time.perf_counter() - self._begun, mb))
            if self._stop.wait(self._every_s):
                return


def growth(samples: Sequence[tuple[float, float]]) -> float | None:
    """MB an hour over the second half, the first being for warming up; None where there are too few samples.

    The median of all slopes between two samples (Theil and Sen): a collection of garbage or one large answer does not
    turn it.
    """
    later = samples[len(samples) // 2 :]
    if len(later) < _SAMPLES_LEAST:
        return None
    slopes = [
        (mb - earlier_mb) / (at - earlier)
        for number, (at, mb) in enumerate(later)
        for earlier, earlier_mb in later[:number]
        if at > earlier
    ]
    return statistics.median(slopes) * 3600 if slopes else None


def _resident(pids: Sequence[int]) -> float:
    total = 0
    for pid in pids:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += psutil.Process(pid).memory_info().rss
    return total / _MEGABYTE
