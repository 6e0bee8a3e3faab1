"""Sitemaps: an XML list of pages, or of sitemaps (sitemaps.org, version 0.9)."""

from __future__ import annotations

from ingest.errors import DocumentError
from ingest.sources.web.addresses import normalised
from ingest.sources.web.inflating import DamagedError, TooLargeError, gunzipped
from ingest.sources.web.pages import Page

_MOST = 50_000  # addresses in one sitemap, by the protocol


def read_sitemap(url: str, data: bytes, most: int) -> Page | None:
    """The addresses a sitemap lists, in order; None when the XML is something else.

    No entity is expanded and nothing further is loaded: a sitemap needs no document type, so one
    that declares its own is refused.

    :param most: bytes it may unpack to.
    :raises DocumentError: ``too-large``, ``unreadable``.
    """
    from lxml import etree

    try:
        text = gunzipped(data, most).decode("utf-8-sig")
    except TooLargeError:
        raise DocumentError(
            "too-large", f"{url}: unpacks to more than {most / 1e6:.0f} MB; split the sitemap"
        ) from None
    except (DamagedError, UnicodeDecodeError) as error:
        raise DocumentError("unreadable", f"{url}: damaged ({error}); make the sitemap anew") from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DocumentError("unreadable", f"{url}: declares a document type, which no sitemap needs; take it out")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(text.lstrip().encode(), parser=parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError("unreadable", f"{url}: not well-formed XML ({error.msg}); make the sitemap anew") from error
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        return None
    links: dict[str, None] = {}
    for entry in root:
        for child in entry:
            if isinstance(child.tag, str) and etree.QName(child).localname == "loc":
                link = normalised("".join(child.itertext()), url)
                if link:
                    links[link] = None
        if len(links) >= _MOST:
            break
    return Page(kind="urls" if kind == "urlset" else "sitemaps", links=tuple(links))
