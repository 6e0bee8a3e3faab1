"""Several Ollama servers as one: which are up, which have the model, which has the least to do."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import httpx

from app.models.breakers import connecting
from app.models.outgoing import checked, unproxied

_FRESH_S = 10.0  # how long a look at a host counts
_LOOK_S = 1.0  # how long a host may take to show itself


@dataclass(slots=True)
class _Host:
    url: str
    asked: int = 0  # requests that run there now
    tags: frozenset[str] | None = None  # None: nobody answers
    looked_at: float = float("-inf")


class OllamaHosts:
    """The hosts of one setting; safe to share between threads.

    The load is what this process asks for: it is kept here, for all answers together.
    """

    def __init__(self, urls: tuple[str, ...]) -> None:
        self._hosts = [_Host(url) for url in urls]
        self._lock = threading.Lock()

    @property
    def urls(self) -> tuple[str, ...]:
        """Their addresses, as in the setting."""
        return tuple(host.url for host in self._hosts)

    @contextmanager
    def turn(self, tag: str, tried: Collection[str] = ()) -> Iterator[str]:
        """The best address that was not tried yet, on whose count the request is while this is open.

        Best is one that is up, with the model, with the least to do. Choosing and counting are one step: of two that
        come at a time, the second sees the first.

        :raises ValueError: all were tried.
        """
        self._look()
        with self._lock:
            host = min(
                (host for host in self._hosts if host.url not in tried),
                key=lambda host: (host.tags is None, not is_among(tag, host.tags or ()), host.asked),
            )
            host.asked += 1
        try:
            yield host.url
        finally:
            with self._lock:
                host.asked -= 1

    def went_down(self, url: str) -> None:
        """Nobody answers there, until the next look."""
        with self._lock:
            host = self._host(url)
            host.tags, host.looked_at = None, time.monotonic()

    def health(self, timeout_s: float = 3.0) -> dict[str, list[str] | None]:
        """Each host with its models, looked at now; None where nobody answers."""
        with ThreadPoolExecutor(max(1, len(self._hosts))) as pool:
            return dict(zip(self.urls, pool.map(lambda url: tags_at(url, timeout_s), self.urls), strict=True))

    def _host(self, url: str) -> _Host:
        return next(host for host in self._hosts if host.url == url)

    def _look(self) -> None:
        if len(self._hosts) == 1:
            return  # it says itself what is wrong with it
        now = time.monotonic()
        with self._lock:
            stale = [host for host in self._hosts if now - host.looked_at >= _FRESH_S]
            for host in stale:
                host.looked_at = now  # whoever comes meanwhile need not look too
        if not stale:
            return
        with ThreadPoolExecutor(len(stale)) as pool:
            found = list(pool.map(lambda host: tags_at(host.url, _LOOK_S), stale))
        with self._lock:
            for host, tags in zip(stale, found, strict=True):
                host.tags = None if tags is None else frozenset(tags)


@cache
def hosts_of(setting: str) -> OllamaHosts:
    """The hosts of ``POLYDESK_OLLAMA_URL``, one for the process, so that all answers know of each other."""
    return OllamaHosts(addresses(setting))


def addresses(setting: str) -> tuple[str, ...]:
    """The addresses in a setting with commas between."""
    return tuple(dict.fromkeys(url.strip().rstrip("/") for url in setting.split(",") if url.strip()))


def tags_at(url: str, timeout_s: float = 3.0) -> list[str] | None:
    """Tags of the models on one server; None when no server answers, or it is left alone just now.

    :raises AppUserError: the server must not be asked.
    """
    found = _models_at(url, timeout_s)
    return None if found is None else list(found)


def digests_at(url: str, timeout_s: float = 3.0) -> dict[str, str]:
    """Digests of the models on one server, by tag; none when no server answers.

    :raises AppUserError: the server must not be asked.
    """
    return _models_at(url, timeout_s) or {}


def _models_at(url: str, timeout_s: float) -> dict[str, str] | None:
    try:
        with connecting(url):
            answer = httpx.get(checked(f"{url}/api/tags"), timeout=timeout_s, **unproxied())
        answer.raise_for_status()
        return {str(model["name"]): str(model.get("digest") or "") for model in answer.json()["models"]}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError):
        return None


def installed_tags(setting: str, timeout_s: float = 3.0) -> list[str] | None:
    """Tags of the models on any of the hosts; None when none of them answers."""
    found = [tags for tags in hosts_of(setting).health(timeout_s).values() if tags is not None]
    return list(dict.fromkeys(tag for tags in found for tag in tags)) if found else None


def is_among(tag: str, tags: Iterable[str]) -> bool:
    """Whether a server with these tags has the model; a tag without a version is its latest."""
    return not {tag, f"{tag}:latest"}.isdisjoint(tags)
