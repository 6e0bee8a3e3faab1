"""An HTML page: what it says of itself, where it leads, and its main content as plain HTML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ingest.errors import DocumentError
from ingest.parsing.html.hidden import remove_hidden
from ingest.parsing.reading import decode
from ingest.sources.web.boilerplate import main_content
from ingest.sources.web.html_head import Head, two_letters
from ingest.sources.web.pages import Page

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What browsers take these names to mean (the WHATWG encoding standard).
_ENCODINGS = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_KEPT = frozenset(("colspan", "rowspan", "scope", "start", "value", "dir", "lang"))
_BLOCKS = (
    *("address", "article", "aside", "blockquote", "details", "div", "fieldset", "figcaption", "figure", "footer"),
    *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "p", "pre", "section", "summary"),
    *("dd", "dl", "dt", "li", "ol", "ul", "caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
)
_SPACES = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True)
class ReadPage:
    """A page as the cache keeps it, and its main content as an HTML file in UTF-8."""

    page: Page
    data: bytes


def read_html(url: str, data: bytes, content_type: str, robots_header: str) -> ReadPage:
    """A page in what a listing and a reader need.

    The hash is of the main content as it is given on (title, language, text, tables, the dates it is in
    force), without attributes, comments, the spacing of the source and hidden text: a page whose banner,
    menu, nonce or footer changes is the same page.

    :param url: where it was found; links are taken from there.
    :raises DocumentError: ``unreadable``: it is no text.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    # What lxml is given is UTF-8, so that no declaration inside the page can mislead it.
    text = _decoded(url, data, content_type).replace("\x00", "")
    try:
        root = document_fromstring(
            text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8", no_network=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError):
        return ReadPage(Page(kind="page", has_words=False), b"")
    for comment in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        if comment.getparent() is not None:
            comment.drop_tree()
    head = Head(root, url, robots_header)
    content = main_content(root)
    language = _language(content) or head.language
    hidden, struck = _without_hidden(root, content)
    headings = [_line(node.text_content()) for node in content.iter("h1")]
    title = headings[0] if len(headings) == 1 and headings[0] else head.title
    body = _plain(content)
    visible = _document(title, language, head.dates, body)
    # Hidden and struck-out text is given on as such, for the reader of HTML to report.
    unseen = "".join(f"<p hidden>{escape(text)}</p>\n" for text in hidden)
    unseen += "".join(f"<p><del>{escape(text)}</del></p>\n" for text in struck)
    page = Page(
        kind="page",
        listed=head.is_listed,
        has_words=bool(content.text_content().strip()),
        content_hash=hashlib.sha256(visible.encode()).hexdigest(),
        name=file_name(url, ".html"),
        title=title,
        language=language,
        author=head.author,
        canonical=head.canonical,
        links=head.links,
    )
    return ReadPage(page, _document(title, language, head.dates, body + unseen).encode())


def file_name(url: str, suffix: str) -> str:
    """A file's name for the parser and for messages, with the suffix its content has."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2].replace("/", "_")
    shown = last if last and last.isprintable() else urlsplit(url).hostname or "page"
    return shown if shown.lower().endswith(suffix) else f"{shown}{suffix}"


def _decoded(url: str, data: bytes, content_type: str) -> str:
    """The text by its byte order mark, the header, or as any HTML file."""
    marked = data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    if not marked and (declared := _CHARSET.search(content_type)):
        name = declared[1].lower()
        try:
            return data.decode(_ENCODINGS.get(name, name))
        except (LookupError, UnicodeDecodeError):
            pass  # the header is wrong; the page itself is asked
    try:
        return decode(Path(file_name(url, ".html")), data, markup=True)[0]
    except DocumentError as error:
        raise DocumentError(error.code, f"{url}: the page is no readable text; look at its encoding") from error


def _language(content: HtmlElement) -> str | None:
    """What the content, or what it stands in, says its language is."""
    for node in (content, *content.iterancestors()):
        if found := two_letters(node.get("lang") or node.get("{http://www.w3.org/XML/1998/namespace}lang") or ""):
            return found
    return None


def _without_hidden(root: HtmlElement, content: HtmlElement) -> tuple[list[str], list[str]]:
    """Take hidden and struck-out text from the content, and everything else but style sheets from the tree.

    What the content stands in stays, because a background there decides whether white text can be seen.
    """
    node = content
    for outer in content.iterancestors():
        for other in list(outer):
            if other is not node and other.tag != "head":
                other.drop_tree() if other.tag != "style" else None
        node = outer
    hidden, struck = remove_hidden(root)
    if content is not root and content.getparent() is None:
        content.clear()
    return hidden, struck


def _plain(content: HtmlElement) -> str:
    """The content's HTML without what does not bear on its text, spaced in one way."""
    from lxml.html import tostring

    content.tag = "div"
    for node in content.iter():
        for name in set(node.attrib) - _KEPT:
            del node.attrib[name]
        if "-" in node.tag or ":" in node.tag:  # a custom element, which the parser would leave out
            node.tag = "div"
    _space_evenly(content)
    return str(tostring(content, encoding="unicode", with_tail=False)) + "\n"


def _space_evenly(content: HtmlElement) -> None:
    """One space for any run of them, and none where a block begins or ends; what is preformatted stays."""
    for node in content.iter():
        if node.tag != "pre" and next(node.iterancestors("pre"), None) is None:
            node.text = _SPACES.sub(" ", node.text or "")
            for child in node:
                child.tail = _SPACES.sub(" ", child.tail or "")
    for node in content.iter(*_BLOCKS):
        if next(node.iterancestors("pre"), None) is not None:
            continue
        node.tail = (node.tail or "").lstrip(" ")
        _end_without_space(node.getprevious(), node.getparent())
        if node.tag != "pre":
            node.text = (node.text or "").lstrip(" ")
            _end_without_space(node[-1] if len(node) else None, node)


def _end_without_space(before: HtmlElement | None, parent: HtmlElement | None) -> None:
    """Take the space from the end of the words behind ``before``, or of the first words of ``parent``."""
    if before is not None:
        before.tail = (before.tail or "").rstrip(" ")
    elif parent is not None:
        parent.text = (parent.text or "").rstrip(" ")


def _document(title: str, language: str | None, dates: Mapping[str, str], body: str) -> str:
    lang = f' lang="{language}"' if language else ""
    metas = "".join(f'<meta name="{name}" content="{escape(value)}">\n' for name, value in sorted(dates.items()))
    return (
        f'<!DOCTYPE html>\n<html{lang}>\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n{metas}'
        f"</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _line(text: str) -> str:
    return " ".join(text.split())
