"""Every request to a model's server passes here: a host that ``POLYDESK_HOSTS`` does not name is never connected to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from app.errors import AppUserError
from ingest import residency
from ingest.errors import IngestUserError

if TYPE_CHECKING:
    import ssl

    import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Who may vouch for a server: read once, as it takes 20 ms, and each answer has clients of its own."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def unproxied() -> dict[str, Any]:
    """How a request or a client of ``httpx`` goes out: a proxy from the environment must not see what is asked."""
    return {"trust_env": False, "verify": trusted()}


def checked(url: str) -> str:
    """The URL, for a request that follows no redirects.

    :raises AppUserError: its host must not be asked.
    """
    try:
        residency.check_address(url, "this request")
    except IngestUserError as error:
        raise AppUserError(str(error)) from None
    return url


def guarded() -> dict[str, Any]:
    """What makes an ``httpx.Client`` refuse such hosts, also where a server redirects to one."""
    return {"event_hooks": {"request": [refuse_foreign]}}


def guarded_async() -> dict[str, Any]:
    """The same for an ``httpx.AsyncClient``, which besides leaves a server alone that cannot be connected to."""
    from app.models.breakers import watch_connecting

    return {"event_hooks": {"request": [_refuse_foreign_async, watch_connecting]}}


def refuse_foreign(request: httpx.Request) -> None:
    """:raises AppUserError: the request is for a host that must not be asked."""
    try:
        residency.check_host(request.url.host, "this request")
    except IngestUserError as error:
        raise AppUserError(str(error)) from None


async def _refuse_foreign_async(request: httpx.Request) -> None:
    refuse_foreign(request)
