"""A breaker for each address of a model's server: one that nobody can connect to is left alone for some seconds.

Only the connection counts: a server that refuses, fails or is slow is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx

from ingest.breaker import REST_S, Breaker

_AFTER = 2  # failures in a row: one alone may be a server that is just being restarted
_CONNECTED = "connection.connect_tcp.complete"  # https://www.encode.io/httpcore/extensions/#trace
_NOT_CONNECTED = "connection.connect_tcp.failed"


class LeftAloneError(httpx.ConnectError):
    """Nobody was asked, since nobody answered at this address just before."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"left alone for {seconds:.1f} s after it did not answer")
        self.seconds = seconds


def breaker_of(url: httpx.URL | str) -> Breaker:
    """That of the server behind a URL, one for the process."""
    parsed = httpx.URL(url)
    return _breaker(f"{parsed.scheme}://{parsed.netloc.decode('ascii')}")


def is_left_alone(url: str) -> bool:
    """Whether the server behind a URL is left alone just now."""
    return breaker_of(url).is_open()


@contextmanager
def connecting(url: str) -> Iterator[None]:
    """Around a request to a URL, which tells the breaker how it went.

    :raises LeftAloneError: the server is left alone just now.
    """
    breaker = breaker_of(url)
    _refuse_while_open(breaker)
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout):
        breaker.failed()
        raise
    except httpx.HTTPError:
        breaker.went_well()
        raise
    breaker.went_well()


async def watch_connecting(request: httpx.Request) -> None:
    """A hook for the requests of an ``httpx.AsyncClient``: the breaker hears of the connection as soon as there is one.

    It is long before the first word: a model that is loaded, or reads a long prompt, keeps nobody else away.

    :raises LeftAloneError: the server is left alone just now.
    """
    breaker = breaker_of(request.url)
    _refuse_while_open(breaker)

    async def heard(event: str, info: Mapping[str, Any]) -> None:
        if event == _CONNECTED:
            breaker.went_well()
        elif event == _NOT_CONNECTED and isinstance(info.get("exception"), Exception):  # none of ours that stopped it
            breaker.failed()

    request.extensions = {**request.extensions, "trace": heard}


def forget_breakers() -> None:
    """As in a new process."""
    _breaker.cache_clear()


@cache
def _breaker(_origin: str) -> Breaker:
    return Breaker(REST_S, after=_AFTER)


def _refuse_while_open(breaker: Breaker) -> None:
    if left := breaker.seconds_left():
        raise LeftAloneError(left)
