"""Read an asynchronous stream in a thread of its own, so that it can be left while nothing comes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

_POLL_S = 0.05  # how soon a stop is noticed
_JOIN_S = 5.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Item(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


def read_stream(open_stream: Callable[[], AsyncIterator[T]], stop: threading.Event, total_s: float) -> Iterator[T]:
    """The items of a stream as they come.

    Setting ``stop``, or closing this iterator, cancels the stream and with it its connection,
    also in the middle of a long silence: a model that reads a prompt says nothing for minutes.

    :param total_s: seconds the whole stream may take.
    :raises TimeoutError: it took longer.
    """
    items: SimpleQueue[_Item[T] | _End] = SimpleQueue()

    async def pump() -> None:
        try:
            async with asyncio.timeout(total_s):
                async for value in open_stream():
                    items.put(_Item(value))
            items.put(_End())
        except Exception as error:  # raised again where the items are read
            items.put(_End(error))

    loop = asyncio.new_event_loop()
    task = loop.create_task(pump())
    thread = threading.Thread(target=_run, args=(loop, task), name="model-stream", daemon=True)
    thread.start()
    try:
        while not stop.is_set():
            with suppress(Empty):
                item = items.get(timeout=_POLL_S)
                if isinstance(item, _Item):
                    yield item.value
                elif item.error is not None:
                    raise item.error
                else:
                    return
    finally:
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(task.cancel)
        thread.join(_JOIN_S)


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    try:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
