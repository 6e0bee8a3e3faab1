"""An asynchronous stream is read from an ordinary thread, and can be left while nothing comes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from app.models.streaming import read_stream
from tests.support.patience import PATIENCE_S


class Counter:
    """Counts to ``end``, then waits for ever where it is told to; knows whether it was cancelled."""

    def __init__(self, end: int, *, waits: bool = False, error: Exception | None = None) -> None:
        self._end, self._waits, self._error = end, waits, error
        self.closed = threading.Event()

    async def numbers(self) -> AsyncIterator[int]:
        try:
            for number in range(self._end):
                yield number
            if self._error:
                raise self._error
            if self._waits:
                await asyncio.sleep(3600)
        finally:
            self.closed.set()


def read(counter: Counter, stop: threading.Event | None = None, total_s: float = PATIENCE_S) -> Iterator[int]:
    return read_stream(counter.numbers, stop or threading.Event(), total_s)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "model-stream"]


def test_the_items_come_in_order_and_then_the_end() -> None:
    assert list(read(Counter(1000))) == list(range(1000))


def test_an_error_in_the_stream_is_raised_behind_the_items_before_it() -> None:
    found: list[int] = []
    with pytest.raises(ValueError, match="broken"):
        for number in read(Counter(3, error=ValueError("broken"))):
            found.append(number)
    assert found == [0, 1, 2]


def test_a_stop_is_heard_in_a_silence_and_cancels_the_stream() -> None:
    counter, stop = Counter(2, waits=True), threading.Event()
    threading.Timer(0.2, stop.set).start()
    assert list(read(counter, stop)) == [0, 1]  # or it were a timeout
    assert counter.closed.wait(PATIENCE_S)


def test_a_stream_that_takes_too_long_is_a_timeout() -> None:
    counter = Counter(2, waits=True)
    with pytest.raises(TimeoutError):
        list(read(counter, total_s=0.2))
    assert counter.closed.wait(PATIENCE_S)


def test_leaving_early_cancels_the_stream() -> None:
    counter = Counter(2, waits=True)
    stream: Any = read(counter)
    assert next(stream) == 0
    stream.close()
    assert counter.closed.wait(PATIENCE_S)


def test_streams_in_several_threads_do_not_mix() -> None:
    found: dict[int, list[int]] = {}

    def collect(end: int) -> None:
        found[end] = list(read(Counter(end)))

    threads = [threading.Thread(target=collect, args=(end,)) for end in (10, 200, 3000, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {end: list(range(end)) for end in (10, 200, 3000, 40)}
