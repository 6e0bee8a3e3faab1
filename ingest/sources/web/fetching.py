"""One request and its answer: retried within reason, bounded in bytes and time, one hop at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from ingest.errors import DocumentError
from ingest.sources.web.addresses import host_of
from ingest.sources.web.guard import Deadline, PrivateAddressError, Resolver, is_allowed
from ingest.sources.web.inflating import DamagedError, TooLargeError, collected, unpacked
from ingest.sources.web.limits import WebLimits
from ingest.sources.web.politeness import HostGate
from ingest.sources.web.transport import open_client

_ATTEMPTS = 3
_AGAIN_LATER = frozenset((429, 502, 503, 504))

MostBytes = Callable[[httpx.Headers], int]
"""How many bytes of a body to take, by the answer's headers; 0 for not to read it."""


@dataclass(frozen=True)
class Answer:
    """One answer; ``body`` is unpacked, and empty unless the status is 200."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes


class _AgainError(Exception):
    def __init__(self, reason: str, wait_s: float | None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class Fetcher:
    """Asks for addresses; for several threads. Close it."""

    def __init__(self, limits: WebLimits, resolver: Resolver) -> None:
        self._limits = limits
        self._deadline = Deadline()
        self._client = open_client(limits, resolver, self._deadline)
        self._gate = HostGate(limits.per_host)
        self._left = limits.total_bytes
        self._lock = threading.Lock()

    def get(self, url: str, most: MostBytes, conditions: Mapping[str, str], delay_s: float = 0.0) -> Answer:
        """The answer to one request, whatever its status but those that ask to come again.

        :raises DocumentError: ``unreachable``, ``too-large`` or ``private-address``.
        """
        self._check_total()
        retrying = Retrying(
            stop=stop_after_attempt(_ATTEMPTS),
            wait=_wait,
            retry=retry_if_exception_type(_AgainError),
            reraise=True,
        )
        try:
            answer: Answer = retrying(self._once, url, most, conditions, delay_s)
        except _AgainError as error:
            raise unreachable(url, str(error)) from error
        return answer

    def close(self) -> None:
        self._client.close()

    def _once(self, url: str, most: MostBytes, conditions: Mapping[str, str], delay_s: float) -> Answer:
        host = host_of(url)
        self._check_behind_proxy(url)
        with self._gate.turn(host, delay_s):
            self._deadline.at = time.monotonic() + self._limits.seconds
            try:
                answer = self._answer(url, most, conditions)
            except httpx.TimeoutException as error:
                self._gate.note(host, answered=False)
                raise _AgainError(f"no answer within {self._limits.seconds:.0f} s", None) from error
            except (httpx.TransportError, httpx.InvalidURL) as error:
                self._gate.note(host, answered=False)
                raise _AgainError(f"no connection ({error})", None) from error
            finally:
                self._deadline.at = float("inf")
        self._gate.note(host, answered=True)
        if answer.status in _AGAIN_LATER:
            wait_s = _retry_after_s(answer.headers)
            if wait_s is not None and wait_s > self._limits.longest_wait_s:
                raise unreachable(url, f"the server asks to come again in {wait_s:.0f} s")
            raise _AgainError(f"the server answers {answer.status}", wait_s)
        return answer

    def _answer(self, url: str, most: MostBytes, conditions: Mapping[str, str]) -> Answer:
        with self._client.stream("GET", url, headers=dict(conditions)) as response:
            bound = most(response.headers) if response.status_code == 200 else 0
            if not bound:
                return Answer(url, response.status_code, response.headers, b"")
            try:
                pieces = unpacked(response.iter_raw(), response.headers.get("content-encoding", ""))
                body = collected(map(self._counted, pieces), bound)
            except TooLargeError:
                raise DocumentError(
                    "too-large", f"{url}: more than {bound / 1e6:.0f} MB; raise the limit or leave the page out"
                ) from None
            except DamagedError as error:
                raise unreachable(url, str(error)) from error
            return Answer(url, response.status_code, response.headers, body)

    def _counted(self, piece: bytes) -> bytes:
        if time.monotonic() > self._deadline.at:
            raise httpx.ReadTimeout("took too long")
        with self._lock:
            self._left -= len(piece)
        self._check_total()
        return piece

    def _check_total(self) -> None:
        if self._left < 0:
            allowed = f"{self._limits.total_bytes / 1e6:.0f} MB"
            raise DocumentError("too-large", f"more than {allowed} in all; raise POLYDESK_WEB_TOTAL_BYTES")

    def _check_behind_proxy(self, url: str) -> None:
        """A proxy looks names up itself; an address that is written out can still be refused here."""
        host = urlsplit(url).hostname or ""
        private = self._limits.allow_private or host in self._limits.private_hosts
        if self._limits.proxy and _is_address(host) and not is_allowed(host, private=private):
            raise PrivateAddressError(host, host)


def unreachable(url: str, reason: str) -> DocumentError:
    return DocumentError("unreachable", f"{url}: {reason}; look at the page, and run the ingest again")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, _AgainError) else None
    return asked if asked is not None else 0.5 * float(2 ** (state.attempt_number - 1))


def _retry_after_s(headers: httpx.Headers) -> float | None:
    """Seconds that ``Retry-After`` asks for, which writes them as a number or as a date."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
