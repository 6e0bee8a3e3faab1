"""``/metrics``: the figures of this process for Prometheus, off until ``POLYDESK_METRICS`` is set.

With ``POLYDESK_METRICS_TOKEN`` for whoever shows it (``authorization: {credentials_file: …}`` in Prometheus's own
settings), else for this machine alone.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.address import LOOPBACK
from app.settings import Settings
from app.telemetry.opening import open_telemetry
from app.telemetry.scraping import check_metrics
from ingest.residency import is_loopback

METRICS = "/metrics"
_HEADERS = {"Cache-Control": "no-store"}
_ASKED = {**_HEADERS, "WWW-Authenticate": "Bearer"}
# Of whoever comes through a proxy: where it runs on this machine, everybody seems to be here.
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def metrics_routes(settings: Settings) -> list[Route]:
    """The route of a page with these settings; where figures are off, it answers that there is nothing.

    :raises AppUserError: see :func:`app.telemetry.scraping.check_metrics`.
    """
    check_metrics(settings)

    async def metrics(request: Request) -> Response:
        if not settings.metrics:
            return Response(status_code=404, headers=_HEADERS)
        if settings.metrics_token is not None:
            if not _shows(request, settings.metrics_token):
                return Response(status_code=401, headers=_ASKED)
        elif not _is_here(request):
            return Response(status_code=403, headers=_HEADERS)
        telemetry = await run_in_threadpool(open_telemetry, settings)
        figures = await run_in_threadpool(telemetry.figures, request.headers.get("accept", ""))
        if figures is None:
            return Response(status_code=404, headers=_HEADERS)
        text, kind = figures
        return Response(text, headers={**_HEADERS, "Content-Type": kind})

    return [Route(METRICS, metrics)]


def _shows(request: Request, token: str) -> bool:
    """Whether the request holds the token; how much of it is right is not told by the time that it takes."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode())


def _is_here(request: Request) -> bool:
    """Whether a program of this machine asks, and no page in its browser under a name that was pointed here."""
    if request.client is None or not is_loopback(request.client.host):
        return False
    try:
        named = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return named in LOOPBACK and not any(name in request.headers for name in _PASSED_ON)
