"""What happens when the page's server is told to end: what is being written is finished first."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool

from app.ui.resources import opened_desk


def finishing(seconds: float) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any] | None]]:
    """The life of a server which, at its end, gives answers and drafts that are being written so many seconds."""

    @asynccontextmanager
    async def life(_app: Any) -> AsyncIterator[dict[str, Any] | None]:
        yield None
        desk = opened_desk()
        if desk is not None:
            end = time.monotonic() + seconds
            await run_in_threadpool(desk.jobs.finish, seconds)
            await run_in_threadpool(desk.drafts.finish, max(0.0, end - time.monotonic()))

    return life
