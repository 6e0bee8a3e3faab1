"""What happens when the page's server is told to end: answers that are being written are finished first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool

from app.ui.resources import opened_desk


def finishing(seconds: float) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any] | None]]:
    """The life of a server which, at its end, gives running answers so many seconds."""

    @asynccontextmanager
    async def life(_app: Any) -> AsyncIterator[dict[str, Any] | None]:
        yield None
        desk = opened_desk()
        if desk is not None:
            await run_in_threadpool(desk.jobs.finish, seconds)

    return life
