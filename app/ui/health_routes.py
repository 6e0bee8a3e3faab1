"""``/healthz`` and ``/readyz``: whether the process lives, and whether it can answer.

Anybody may ask, so neither tells more than the state of each part: no address, no path, no name.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.health.parts import parts_of
from app.health.watch import HealthWatch
from app.settings import Settings

LIVE, READY = "/healthz", "/readyz"
_HEADERS = {"Cache-Control": "no-store"}


def health_routes(settings: Settings, watch: HealthWatch | None = None) -> list[Route]:
    """The routes of a page with these settings.

    :param watch: looks at the parts; at those of ``settings`` when not given.
    """
    looking = watch or HealthWatch(parts_of(settings))

    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"}, headers=_HEADERS)

    async def ready(_request: Request) -> JSONResponse:
        found = await run_in_threadpool(looking.look)
        status = 503 if found.status == "unready" else 200
        return JSONResponse({"status": found.status, "parts": found.parts}, status, _HEADERS)

    return [Route(LIVE, live), Route(READY, ready)]
