"""An ``httpx`` client whose connections are guarded: no environment proxies, no cookies, no redirects of its own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version

import httpcore
import httpx

from ingest.certificates import everybody
from ingest.sources.web.guard import Deadline, GuardedBackend, Resolver
from ingest.sources.web.limits import WebLimits


def user_agent() -> str:
    """``polydesk/0.1.0``."""
    try:
        return f"polydesk/{version('polydesk')}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "polydesk"


def open_client(limits: WebLimits, resolver: Resolver, deadline: Deadline) -> httpx.Client:
    """A client for one listing; the caller closes it."""
    trusted = everybody()
    transport: httpx.BaseTransport
    if limits.proxy:
        transport = httpx.HTTPTransport(verify=trusted, proxy=limits.proxy, trust_env=False)
    else:
        private = frozenset(limits.private_hosts)
        backend = GuardedBackend(lambda host: limits.allow_private or host in private, resolver, deadline)
        transport = GuardedTransport(trusted, backend, limits.parallel)
    return httpx.Client(
        transport=transport,
        trust_env=False,
        timeout=limits.seconds,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        # Only encodings that are unpacked here, within a limit.
        headers={"User-Agent": user_agent(), "Accept-Encoding": "gzip, deflate"},
    )


class GuardedTransport(httpx.BaseTransport):
    """Sends requests without a body through a connection pool with a backend of its own."""

    def __init__(self, trusted: ssl.SSLContext, backend: GuardedBackend, most_connections: int) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted, max_connections=most_connections, network_backend=backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _as_httpx():
            response = self._pool.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, extensions=dict(request.extensions))
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=dict(response.extensions)
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.TransportError(str(error)) from error
