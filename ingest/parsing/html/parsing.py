"""HTML to a tree, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.errors import DocumentError

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def html_root(html: str, name: str) -> HtmlElement:
    """The root element of ``html``.

    libxml2 stops at 256 levels, and at ten million characters in one piece, and gives back what it has so far (often
    nothing) as if that were the page; here it is an error.

    :param name: the file's name, for messages.
    :raises DocumentError: ``unreadable`` or ``too-large``.
    :raises lxml.etree.ParserError: there is no element in it.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser()  # of its own: the log of a shared one is another thread's too
    root = document_fromstring(html, parser=parser)
    for entry in parser.error_log.filter_from_level(etree.ErrorLevels.FATAL):
        if "depth" in entry.message:
            raise DocumentError("unreadable", f"{name}: nested too deeply; simplify or convert the file")
        if entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise DocumentError("too-large", f"{name}: more than 10 million characters in one piece; split it")
    return root
