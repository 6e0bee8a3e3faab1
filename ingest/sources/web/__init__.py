"""Web pages: one page, a site from a start page on, or what a sitemap lists."""

from ingest.sources.web.limits import WebLimits
from ingest.sources.web.opening import open_web

__all__ = ["WebLimits", "open_web"]
