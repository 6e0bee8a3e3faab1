"""One page under several addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from ingest.sources.web.addresses import document_id
from ingest.sources.web.pages import Page


def without_duplicates(pages: Mapping[str, Page]) -> dict[str, Page]:
    """The pages without those that another one stands for, in order.

    A page's canonical address is believed when a page was found there and it is the same page with
    other parameters, or has the same words: sites that name their front page as the canonical
    address of everything would otherwise lose all but one page.
    """
    standing: dict[str, Page] = {}
    replaced: set[str] = set()
    for url, page in pages.items():
        other = pages.get(page.canonical)
        # Two pages that name each other must not both go.
        if other and page.canonical not in replaced and _is_same(url, page, page.canonical, other):
            replaced.add(url)
        else:
            standing[url] = page
    named: dict[str, str] = {}
    for url in standing:
        key = document_id(url)
        if key not in named or url.startswith("https:"):
            named[key] = url
    return {url: page for url, page in standing.items() if named[document_id(url)] == url}


def _is_same(url: str, page: Page, canonical: str, other: Page) -> bool:
    ours, theirs = urlsplit(url), urlsplit(canonical)
    return page.content_hash == other.content_hash or (ours.netloc, ours.path) == (theirs.netloc, theirs.path)
