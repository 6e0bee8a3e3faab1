"""A visit to one address: robots, cache, redirects hop by hop, and what the answer holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

import httpx

from ingest.sources.web.addresses import host_of, normalised
from ingest.sources.web.cache import Remembered, WebCache
from ingest.sources.web.fetching import Answer, Fetcher, unreachable
from ingest.sources.web.html_head import robots_words
from ingest.sources.web.html_page import file_name, read_html
from ingest.sources.web.limits import WebLimits
from ingest.sources.web.media_types import holding
from ingest.sources.web.pages import Page
from ingest.sources.web.robots import Robots
from ingest.sources.web.sitemap import read_sitemap
from ingest.sources.web.spool import Spool

_HOPS = 5
_FOR_NOW = frozenset((302, 303, 307))
_FOR_GOOD = frozenset((301, 308))
_GONE = frozenset((404, 410))
_ROBOTS_BYTES = 512_000  # RFC 9309 asks for 500 kB at least
_FRESH_S = 2.0


@dataclass(frozen=True)
class Visit:
    """Where the redirects ended, and what is there.

    :param page: None where ``missing`` says why there is none: it has vanished, it is closed to
        robots, or it leads out of what is fetched.
    """

    url: str
    page: Page | None = None
    missing: Literal["", "vanished", "closed", "elsewhere"] = ""
    for_now: bool = False  # whether a redirect on the way may be another tomorrow
    failed: bool = False  # whether the page is only what is remembered of it
    body: bytes | None = None  # as it is given on, where it was asked for again


class Visitor:
    """Visits addresses; for several threads."""

    def __init__(self, fetcher: Fetcher, cache: WebCache, spool: Spool, limits: WebLimits) -> None:
        self._fetcher = fetcher
        self._cache = cache
        self._spool = spool
        self._limits = limits
        self._robots = Robots(self._robots_text)

    def visit(self, url: str, is_inside: Callable[[str], bool], *, again: bool = False) -> Visit:
        """What is at an address now.

        :param is_inside: whether a redirect may be followed to an address.
        :param again: whether to download it though it has not changed.
        :raises DocumentError: it cannot be told: ``unreachable``, ``too-large``, ``private-address``, ``unreadable``.
        """
        at, for_now = url, False
        for _hop in range(_HOPS + 1):
            if not self._robots.allows(at):
                return Visit(at, missing="closed", for_now=for_now)
            known = self._cache.get(at)
            answer = self._fetcher.get(at, self._most_bytes(at), {} if again else _conditions(known), self._delay_s(at))
            if answer.status not in _FOR_NOW | _FOR_GOOD:
                visit, body = self._visited(at, answer, known, for_now)
                return replace(visit, body=body) if again else visit
            target = normalised(answer.headers.get("location", ""), at)
            if answer.status in _FOR_NOW:
                # A page that sends its readers elsewhere for now (maintenance, a login) has not vanished.
                if known and known.page.kind in ("page", "file") and target != at:
                    raise unreachable(at, f"leads for now to {target or 'nowhere'}")
                for_now = True
            else:
                self._cache.forget(at)
            if target is None or not is_inside(target):
                return Visit(target or at, missing="elsewhere", for_now=for_now)
            at = target
        raise unreachable(url, f"redirected more than {_HOPS} times")

    def _visited(self, url: str, answer: Answer, known: Remembered | None, for_now: bool) -> tuple[Visit, bytes | None]:
        if answer.status == HTTPStatus.NOT_MODIFIED and known:
            return Visit(url, known.page, for_now=for_now), None
        if answer.status in _GONE:
            self._cache.forget(url)
            return Visit(url, missing="vanished", for_now=for_now), None
        if answer.status != HTTPStatus.OK:
            raise unreachable(url, f"the server answers {answer.status}")
        page, data = self._read(url, answer)
        self._spool.put(url, data)
        self._remember(url, answer, page)
        return Visit(url, page, for_now=for_now), data

    def _read(self, url: str, answer: Answer) -> tuple[Page, bytes]:
        kind, suffix = holding(url, answer.headers)
        robots = answer.headers.get("x-robots-tag", "")
        if kind == "html":
            read = read_html(url, answer.body, answer.headers.get("content-type", ""), robots)
            return read.page, read.data
        if kind == "xml":
            return read_sitemap(url, answer.body, self._limits.file_bytes) or Page(kind="other"), b""
        if kind == "file":
            page = Page(
                kind="file",
                listed=robots_words(robots).isdisjoint(("noindex", "none")),
                has_words=bool(answer.body),
                content_hash=hashlib.sha256(answer.body).hexdigest(),
                name=file_name(url, suffix),
            )
            return page, answer.body
        return Page(kind="other"), b""

    def _remember(self, url: str, answer: Answer, page: Page) -> None:
        self._cache.put(url, answer.headers.get("etag", ""), _last_modified(answer.headers), page)

    def _most_bytes(self, url: str) -> Callable[[httpx.Headers], int]:
        most = {"html": self._limits.page_bytes, "xml": self._limits.file_bytes, "file": self._limits.file_bytes}
        return lambda headers: most.get(holding(url, headers)[0], 0)

    def _delay_s(self, url: str) -> float:
        delay_s = self._robots.delay_s(url)
        if delay_s > self._limits.longest_wait_s:
            raise unreachable(url, f"robots.txt of {host_of(url)} asks for {delay_s:.0f} s between pages")
        return delay_s

    def _robots_text(self, url: str) -> str:
        """The rules of a host; none where it has no robots.txt.

        :raises DocumentError: it cannot be told which rules there are, so that nothing may be fetched.
        """
        at = url
        for _hop in range(_HOPS + 1):
            known = self._cache.get(at)
            answer = self._fetcher.get(at, lambda _headers: _ROBOTS_BYTES, _conditions(known))
            if answer.status == HTTPStatus.NOT_MODIFIED and known:
                return known.page.text
            if answer.status == HTTPStatus.OK:
                text = answer.body.decode("utf-8-sig", "replace")
                self._remember(at, answer, Page(kind="robots", text=text))
                return text
            if answer.status in _FOR_NOW | _FOR_GOOD:
                target = normalised(answer.headers.get("location", ""), at)
                if target is None:
                    return ""
                at = target
                continue
            if 400 <= answer.status < 500 and answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                return ""
            raise unreachable(url, f"the server answers {answer.status}, so that nothing may be fetched from this host")
        return ""


def _conditions(known: Remembered | None) -> dict[str, str]:
    conditions = {}
    if known and known.etag:
        conditions["If-None-Match"] = known.etag
    if known and known.last_modified:
        conditions["If-Modified-Since"] = known.last_modified
    return conditions


def _last_modified(headers: httpx.Headers) -> str:
    """The date, unless the page is so fresh that it could change again within the same second."""
    value: str = headers.get("last-modified", "")
    try:
        age_s = (parsedate_to_datetime(headers["date"]) - parsedate_to_datetime(value)).total_seconds()
    except (KeyError, ValueError, TypeError):
        return ""
    return value if age_s >= _FRESH_S else ""
