"""Clients of a Chroma server as we use them: no telemetry, no proxy towards this machine, no endless waiting."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from ingest import residency
from ingest.errors import IngestUserError, StoreError
from ingest.store.http_api import ApiError, HttpApi

if TYPE_CHECKING:
    import httpx
    from chromadb.api import ClientAPI

    Client: TypeAlias = ClientAPI | HttpApi

_CALL_TIME = 120.0  # seconds; Chroma's own client would wait for ever
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


def connect_locally(url: str) -> HttpApi:
    """A client of the home's own server; whatever CHROMA_* variables say belongs to other servers and is not read."""
    parts = urlsplit(url)
    return HttpApi(str(parts.hostname), parts.port or 0)


def connect_remotely(url: str) -> ClientAPI:
    """A client of somebody else's server; credentials come from Chroma's CHROMA_CLIENT_AUTH_* variables.

    :raises IngestUserError: the address is none, or its host must not be asked.
    :raises StoreError: nobody answers there.
    """
    import chromadb
    import httpx
    from chromadb.config import Settings

    options: dict[str, Any] = {"_env_file": None}  # a .env lying about in the working directory is not ours
    settings: Any = Settings(anonymized_telemetry=False, **options)
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise IngestUserError(
            "The address of the Chroma server must not hold a password: put it into CHROMA_CLIENT_AUTH_CREDENTIALS."
        )
    try:
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not parts.hostname or not port or parts.path.strip("/"):
        raise IngestUserError(
            f"{url!r} is no address of a Chroma server: write it as http://host:8000 or https://host."
        )
    residency.check_host(parts.hostname, "POLYDESK_CHROMA_URL")
    if parts.hostname in _LOOPBACK_NAMES:
        keep_loopback_off_proxies()
    try:
        client = chromadb.HttpClient(parts.hostname, port, ssl=parts.scheme == "https", settings=settings)
    except Exception as error:  # the client wraps most failures in a bare ValueError or Exception
        raise StoreError(f"The Chroma server at {url} does not answer as one: {one_line(error)[:200]}.") from error
    server: Any = client
    server._server._session.timeout = httpx.Timeout(_CALL_TIME, connect=5.0)  # no public way in chromadb 1.5
    server._server._session.event_hooks = {"request": [_refuse_foreign]}
    return client


def _refuse_foreign(request: httpx.Request) -> None:
    residency.check_host(request.url.host, "POLYDESK_CHROMA_URL")


def disconnect(client: Client) -> None:
    """Close the client, and its sockets, which ``close`` of Chroma's own leaves open."""
    closing: Any = client  # ``close`` is not in ClientAPI, though every client has it
    closing.close()
    if not isinstance(client, HttpApi):
        closing._server._session.close()


def status_of(error: BaseException) -> int | None:
    """The HTTP status with which a server refused, whichever client it was asked by; None for other errors."""
    if isinstance(error, ApiError):
        return error.status
    if "chromadb" not in sys.modules:
        return None
    from chromadb.errors import ChromaError

    return int(error.code()) if isinstance(error, ChromaError) else None


def keep_loopback_off_proxies() -> None:
    """Add this machine to NO_PROXY for this process: httpx asks the environment, and Chroma's client hides httpx."""
    names = [name for name in ("no_proxy", "NO_PROXY") if name in os.environ] or ["NO_PROXY"]
    for name in names:
        known = [host.strip() for host in os.environ.get(name, "").split(",") if host.strip()]
        missing = [host for host in _LOOPBACK_NAMES if host not in known]
        if missing and "*" not in known:
            os.environ[name] = ",".join(known + missing)


def one_line(error: BaseException) -> str:
    """The error's own words on one line, without the full stop."""
    return (" ".join(str(error).split()) or type(error).__name__).rstrip(".?")
