"""What an HTML page says of itself, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.sources.web.addresses import normalised

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_REFRESH = re.compile(r"""^\s*\d+(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")
_DATES = ("effective_from", "effective_to")  # not when it was written or changed, which is another thing
_ROBOT = "polydesk"
_MOST_LINKS = 5000


class Head:
    """Read before anything is taken out of the tree: menus are boilerplate, and lead to the other pages.

    :param url: of the page.
    :param robots_header: its ``X-Robots-Tag``.
    """

    def __init__(self, root: HtmlElement, url: str, robots_header: str = "") -> None:
        metas, robots = _metas(root)
        robots |= robots_words(robots_header)
        base = next((node.get("href") or "" for node in root.iter("base") if node.get("href")), "")
        self._base = normalised(base, url) or url
        self.is_listed = robots.isdisjoint(("noindex", "none"))
        self.links: tuple[str, ...] = ()
        if robots.isdisjoint(("nofollow", "none")):
            found = (normalised(link, self._base) for link in _links(root) if not link.lstrip().startswith("#"))
            self.links = tuple(dict.fromkeys(link for link in found if link and link != url))[:_MOST_LINKS]
        self.canonical = self._canonical(root, url)
        own = next((" ".join(node.text_content().split()) for node in root.iter("title")), "")
        self.title = metas.get("og:title", "") or own
        self.author = metas.get("author", "")
        self.dates = {name: metas[name] for name in _DATES if metas.get(name)}
        self.language = two_letters(metas.get("content_language", "")) or two_letters(metas.get("og:locale", ""))

    def _canonical(self, root: HtmlElement, url: str) -> str:
        for node in root.iter("link"):
            if "canonical" in _rel(node) and (found := normalised(node.get("href") or "", self._base)):
                return found if found != url else ""
        return ""


def robots_words(value: str) -> set[str]:
    """The rules for this robot in a robots header or meta: ``noindex, nofollow``, ``otherbot: none``."""
    words = set()
    for rule in value.lower().split(","):
        robot, colon, word = rule.rpartition(":")
        if not colon or robot.strip() == _ROBOT:
            words.add(word.strip())
    return words


def two_letters(tag: str) -> str | None:
    """The ISO 639-1 code of a language tag: ``de`` of ``de-AT``; None where it has none."""
    match = _LANGUAGE.fullmatch(tag.strip())
    return match[1].lower() if match else None


def _metas(root: HtmlElement) -> tuple[dict[str, str], set[str]]:
    """The first value of each name, and every rule for robots."""
    metas: dict[str, str] = {}
    robots: set[str] = set()
    for node in root.iter("meta"):
        name = (node.get("name") or node.get("property") or node.get("http-equiv") or "").strip().lower()
        value = " ".join((node.get("content") or "").split())
        if name in ("robots", _ROBOT):
            robots |= robots_words(value)
        elif name and value:
            metas.setdefault(name.replace("-", "_"), value)
    return metas, robots


def _links(root: HtmlElement) -> Iterator[str]:
    """Of anchors, of the same page in other languages, of the next page, and of a page that sends on."""
    for node in root.iter("a", "area", "link", "meta"):
        rel = _rel(node)
        if node.tag == "meta":
            if (node.get("http-equiv") or "").lower() == "refresh" and (
                match := _REFRESH.match(node.get("content") or "")
            ):
                yield match[1]
        elif "nofollow" in rel:
            continue
        elif node.tag == "link":
            if "next" in rel or "canonical" in rel or ("alternate" in rel and node.get("hreflang")):
                yield node.get("href") or ""
        elif node.get("href"):
            yield node.get("href")


def _rel(node: HtmlElement) -> frozenset[str]:
    return frozenset((node.get("rel") or "").lower().split())
