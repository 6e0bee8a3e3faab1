"""From a start page, or from a sitemap, to every page of a listing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.sources.web.addresses import Scope, suffix_of
from ingest.sources.web.cache import WebCache
from ingest.sources.web.limits import WebLimits
from ingest.sources.web.media_types import FILES, NEVER_READ
from ingest.sources.web.pages import Page
from ingest.sources.web.visiting import Visit, Visitor

_SITEMAP_LEVELS = 3  # the protocol knows two
_MOST_SITEMAPS = 200


@dataclass
class Found:
    """What a crawl has found so far.

    :param closed: addresses that were asked for and are closed to robots.
    """

    pages: dict[str, Page] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)  # by message, as a host's failure is one and not many
    closed: list[str] = field(default_factory=list)

    def report(self, url: str, code: str, message: str) -> None:
        self.findings.setdefault(message, Finding(url, code, message))


@dataclass(frozen=True)
class _Step:
    url: str
    depth: int


class Crawl:
    """One crawl; the addresses of a round are visited in parallel and taken in the order of the links."""

    def __init__(self, visitor: Visitor, cache: WebCache, scope: Scope, limits: WebLimits) -> None:
        self.found = Found()
        self._visitor = visitor
        self._cache = cache
        self._scope = scope
        self._limits = limits
        self._seen: set[str] = set()
        self._asked = 0

    def follow(self, start: Visit) -> None:
        """From a page on, to the depth of the limits."""
        self._seen.add(start.url)
        self._asked += 1
        self._rounds(self._taken(start, _Step(start.url, 0), self._limits.depth, self._is_wanted), self._is_wanted)

    def list_sitemap(self, sitemap: Visit) -> None:
        """Every page a sitemap lists, also through others, and the files those pages link to."""
        sitemaps = [sitemap.page] if sitemap.page else []
        addresses: dict[str, None] = {}
        for _level in range(_SITEMAP_LEVELS):
            children: dict[str, None] = {}
            for page in sitemaps:
                (children if page.kind == "sitemaps" else addresses).update(dict.fromkeys(page.links))
            wanted = self._on_our_hosts(children)
            if len(wanted) > _MOST_SITEMAPS:
                self.found.report(sitemap.url, "too-many", f"{sitemap.url}: more than {_MOST_SITEMAPS} sitemaps")
            visits = self._visits(wanted[:_MOST_SITEMAPS])
            sitemaps = [visit.page for visit in visits if visit.page and visit.page.kind in ("urls", "sitemaps")]
            for visit in visits:
                if visit.page not in sitemaps and not visit.failed:
                    message = f"{visit.url}: no sitemap is there; mend the one that names it"
                    self.found.report(visit.url, "unreachable", message)
        # The list is what its owner wants read; only files, which few sitemaps name, are looked for.
        steps = [_Step(url, self._limits.depth) for url in self._on_our_hosts(addresses)]
        self._seen.update(step.url for step in steps)
        self._rounds(steps, self._is_file)

    def _rounds(self, steps: list[_Step], is_wanted: Callable[[str], bool]) -> None:
        """Visit round after round, each made of what the one before led to."""
        # A file that a listed page links to is one step further than the pages.
        deepest = self._limits.depth + (is_wanted == self._is_file)
        while steps:
            room = max(0, self._limits.pages - self._asked)
            if len(steps) > room:
                message = f"{self._scope.host}: more than {self._limits.pages} pages; raise POLYDESK_WEB_PAGES"
                self.found.report(self._scope.host, "too-many", message)
            steps = steps[:room]
            self._asked += len(steps)
            visits = self._visits([step.url for step in steps])
            steps = [
                following
                for step, visit in zip(steps, visits, strict=True)
                for following in self._taken(visit, step, deepest, is_wanted)
            ]

    def _taken(self, visit: Visit, step: _Step, deepest: int, is_wanted: Callable[[str], bool]) -> list[_Step]:
        """Note what a visit found, and say where it leads."""
        self._seen.add(visit.url)
        page = visit.page
        if visit.missing == "closed":
            self.found.closed.append(visit.url)
        if page is None or page.kind not in ("page", "file"):
            return []
        if page.listed and page.has_words and not visit.failed:
            self.found.pages.setdefault(visit.url, page)
        elif page.listed and not page.has_words and not page.links:
            message = f"{visit.url}: has no words without a browser; give a page that has, or a file"
            self.found.report(visit.url, "empty", message)
        # The address a page says is its proper one is no step further.
        canonical = [page.canonical] if page.canonical and self._scope.covers(page.canonical) else []
        steps = [_Step(url, step.depth) for url in self._unseen(canonical, self._scope.has_host)]
        if step.depth < deepest:
            steps += [_Step(url, step.depth + 1) for url in self._unseen(page.links, is_wanted)]
        return steps

    def _visits(self, urls: list[str]) -> list[Visit]:
        with ThreadPoolExecutor(self._limits.parallel, thread_name_prefix="web") as threads:
            return list(threads.map(self._visit, urls))

    def _visit(self, url: str) -> Visit:
        """A visit; one that failed is a finding, and leads where the page led the last time."""
        try:
            return self._visitor.visit(url, self._scope.has_host)
        except DocumentError as error:
            self.found.report(url, error.code, str(error))
            known = self._cache.get(url)
            return Visit(url, known.page if known else None, failed=True)

    def _unseen(self, urls: Iterable[str], is_wanted: Callable[[str], bool]) -> list[str]:
        fresh = [url for url in dict.fromkeys(urls) if url not in self._seen and is_wanted(url)]
        self._seen.update(fresh)
        return fresh

    def _is_wanted(self, url: str) -> bool:
        return (self._scope.covers(url) and suffix_of(url) not in NEVER_READ) or self._is_file(url)

    def _is_file(self, url: str) -> bool:
        """Files of a site lie in folders of their own, so that only their host counts."""
        return suffix_of(url) in FILES and self._scope.has_host(url)

    def _on_our_hosts(self, urls: Iterable[str]) -> list[str]:
        urls = list(urls)
        ours = [url for url in urls if self._scope.has_host(url)]
        if others := [url for url in urls if not self._scope.has_host(url)]:
            message = (
                f"{others[0]}: and others, {len(others)} in all, are on other hosts; allow them with POLYDESK_WEB_HOSTS"
            )
            self.found.report(others[0], "unsupported", message)
        return ours
