"""What is known of one address after it was fetched."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

PageKind = Literal["page", "file", "urls", "sitemaps", "robots", "other"]


class Page(BaseModel):
    """What a listing needs of one address, kept between runs in place of the page itself.

    :param kind: a page, a file such as a PDF, a sitemap of pages, one of sitemaps, a robots.txt, or nothing to read.
    :param listed: whether it is an item; a page may ask not to be.
    :param has_words: whether anything was left to read.
    :param links: addresses found on it, in order: of pages and files, or of sitemaps.
    :param text: of a robots.txt.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: PageKind
    listed: bool = False
    has_words: bool = True
    content_hash: str = ""
    name: str = ""
    title: str = ""
    language: str | None = None
    author: str = ""
    canonical: str = ""
    links: tuple[str, ...] = ()
    text: str = ""
