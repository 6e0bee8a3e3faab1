"""Web pages as a source: listed with conditional requests, read from what the listing downloaded."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import Content, Finding, SourceItem
from ingest.errors import DocumentError
from ingest.sources.web.addresses import Scope, document_id, host_of
from ingest.sources.web.cache import WebCache
from ingest.sources.web.crawling import Crawl, Found
from ingest.sources.web.duplicates import without_duplicates
from ingest.sources.web.fetching import Fetcher
from ingest.sources.web.guard import Resolver, resolve
from ingest.sources.web.limits import WebLimits
from ingest.sources.web.pages import Page
from ingest.sources.web.spool import Spool
from ingest.sources.web.visiting import Visit, Visitor

# A page on the web must not take the place of another document, nor pass for a ticket.
_ENFORCED = ("id", "kind", "customer_id")
_SPOOL_BYTES = 500_000_000


@dataclass(frozen=True)
class _Session:
    """What one listing, and the reading of its items, have open."""

    fetcher: Fetcher
    spool: Spool
    visitor: Visitor

    def close(self) -> None:
        self.fetcher.close()
        self.spool.close()


class WebSource:
    """One page, a site from a page on, or a sitemap.

    A page that was fetched before is asked for with ``If-None-Match`` and ``If-Modified-Since``, and
    listed with the hash it had when the server says that it has not changed. If it is to be read all
    the same, because a run was killed before it was published, it is downloaded then.

    :param start: a normalised address; a sitemap is known by what it holds.
    :param cache: file of what was fetched before; made when it is not there.
    :param resolver: looks up the addresses of a host.
    """

    def __init__(self, start: str, cache: Path, limits: WebLimits, resolver: Resolver = resolve) -> None:
        self.start = start
        self._limits = limits
        self._resolver = resolver
        self._cache = WebCache(cache)
        self._scopes: tuple[Scope, ...] = (Scope.below(start, limits.hosts),) if limits.depth else ()
        self._session: _Session | None = None
        self._release: Callable[[], object] = lambda: None
        self._release_cache = weakref.finalize(self, self._cache.close)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self.start

    def items(self) -> Iterator[SourceItem | Finding]:
        visitor = self._opened(afresh=True).visitor
        try:
            found = self._found(visitor)
        except DocumentError as error:
            yield Finding(self.start, error.code, str(error))
            return
        pages = without_duplicates(found.pages)
        self._cache.note_listing(self.start, list(pages))
        yield from found.findings.values()
        for url, page in pages.items():
            yield _item(url, page)

    def read(self, item: SourceItem) -> Content:
        session = self._opened()
        page, data = self._held(session, item)
        if page is None:
            visit = session.visitor.visit(item.uri, lambda url: host_of(url) == host_of(item.uri), again=True)
            page, data = visit.page, visit.body
        if page is None or page.content_hash != item.content_hash or data is None:
            raise DocumentError(
                "changed", f"{item.document_id}: the page changed while it was read; run the ingest again"
            )
        return Content(page.name, data, page.language)

    def covers(self, uri: str) -> bool:
        if not uri.startswith(("http://", "https://")):
            return False
        return (
            uri == self.start
            or any(scope.covers(uri) for scope in self._scopes)
            or self._cache.was_listed(self.start, uri)
        )

    def close(self) -> None:
        """Free connections and bodies, as the end of the source does."""
        self._release()
        self._release_cache()

    def _found(self, visitor: Visitor) -> Found:
        """What the start leads to.

        :raises DocumentError: it leads nowhere.
        """
        scope = Scope.below(self.start, self._limits.hosts)
        start = visitor.visit(self.start, scope.is_same_site)
        if start.page is None:
            return self._missing(start)
        if start.for_now and not scope.covers(start.url):
            raise _unusable(self.start, f"leads for now to {start.url}; give that address if it is the right one")
        # A site that has moved to https or www has moved as a whole.
        moved = Scope.below(start.url, self._limits.hosts)
        is_sitemap = start.page.kind in ("urls", "sitemaps")
        self._scopes = (scope, moved) if is_sitemap or self._limits.depth else ()
        crawl = Crawl(visitor, self._cache, moved, self._limits)
        if is_sitemap:
            crawl.list_sitemap(start)
            if closed := crawl.found.closed:
                message = f"{closed[0]}: and others, {len(closed)} in all, are closed by robots.txt and left out"
                crawl.found.report(closed[0], "unsupported", message)
        else:
            crawl.follow(start)
        if not crawl.found.pages and not crawl.found.findings:
            raise DocumentError("empty", f"{self.start}: nothing there can be read; it may ask robots to stay away")
        return crawl.found

    def _missing(self, start: Visit) -> Found:
        """One page that has vanished is no longer listed; of a whole site it proves nothing."""
        if start.missing == "vanished" and not self._limits.depth:
            self._scopes = ()
            return Found()
        reasons = {
            "vanished": "no page is there; give another start page",
            "closed": "its robots.txt asks to stay away; ask its owner to allow polydesk",
            "elsewhere": f"leads to {start.url}; give that address, or allow its host with POLYDESK_WEB_HOSTS",
        }
        raise _unusable(self.start, reasons[start.missing or "vanished"])

    def _held(self, session: _Session, item: SourceItem) -> tuple[Page | None, bytes | None]:
        """The item as the listing downloaded it; nothing when it has no body of it."""
        data = session.spool.get(item.uri)
        known = self._cache.get(item.uri)
        if data is None or known is None or known.page.content_hash != item.content_hash:
            return None, None
        return known.page, data

    def _opened(self, *, afresh: bool = False) -> _Session:
        with self._lock:
            if self._session is None or afresh:
                self._release()
                fetcher = Fetcher(self._limits, self._resolver)
                spool = Spool(self._cache.path.parent, _SPOOL_BYTES)
                visitor = Visitor(fetcher, self._cache, spool, self._limits)
                self._session = _Session(fetcher, spool, visitor)
                self._release = weakref.finalize(self, self._session.close)
            return self._session


def _unusable(start: str, reason: str) -> DocumentError:
    return DocumentError("unreachable", f"{start}: {reason}")


def _item(url: str, page: Page) -> SourceItem:
    return SourceItem(
        url,
        document_id(url),
        page.content_hash,
        kind="article",
        title=page.title,
        language=page.language,
        author=page.author,
        enforced=_ENFORCED,
    )
