"""Work ahead in a thread, so that parsing goes on while a batch is embedded."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")
_END = object()


def prefetched(items: Iterator[T], ahead: int) -> Iterator[T]:
    """The same items in the same order, up to ``ahead`` of them made in advance; errors are raised in the consumer."""
    made: queue.Queue[object] = queue.Queue(ahead)
    stop = threading.Event()

    def produce() -> None:
        try:
            for item in items:
                if not _put(made, item, stop):
                    return
            _put(made, _END, stop)
        except BaseException as error:  # handed over and raised in the consumer
            _put(made, _Failure(error), stop)

    thread = threading.Thread(target=produce, daemon=True)
    thread.start()
    try:
        while (item := made.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            yield item  # type: ignore[misc]  # the queue holds T, the end mark and failures only
    finally:
        stop.set()
        thread.join()


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _put(made: queue.Queue[object], item: object, stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            made.put(item, timeout=0.2)
            return True
        except queue.Full:
            continue
    return False
