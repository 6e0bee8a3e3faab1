"""Work ahead in threads, so that documents are read while others are embedded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def ahead(do: Callable[[T], R], items: Iterable[T], workers: int, most: int) -> Iterator[Callable[[], R]]:
    """``do`` of each item, in the order of the items, at most ``most`` of them begun and not yet taken.

    Yields functions that return the result or raise what ``do`` raised.
    """
    waiting = iter(items)
    begun: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="reading")
    try:
        while True:
            while len(begun) < most and (item := next(waiting, _END)) is not _END:
                begun.append(pool.submit(do, item))  # type: ignore[arg-type]  # the end mark never gets here
            if not begun:
                return
            yield begun.popleft().result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_END = object()
