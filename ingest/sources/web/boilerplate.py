"""Which parts of a page are not its text: landmarks, names that furniture bears, lists of links.

Own rules, because the libraries that do this are made for prose: they rename or drop table cells,
lists inside tables and merged cells, which is where a policy keeps its fees and its periods.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from ingest.yaml_text import read_yaml

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_LINK_SHARE = 0.5  # of the letters of an element with a telling name
_LINK_SHARE_UNNAMED = 0.75  # of one without, outside a marked main content
_FEWEST_LINKS = 3
_BLOCKS = ("ul", "ol", "dl", "div", "section", "p", "table", "aside", "header", "footer")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt")
_HOLDERS = ("main", "article", "h1")


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tags: frozenset[str]
    roles: frozenset[str]
    outer_tags: frozenset[str]
    outer_roles: frozenset[str]
    names: list[str]
    link_names: list[str]


def main_content(root: HtmlElement) -> HtmlElement:
    """The element that holds the page's text, with what is not text taken out of the tree.

    The whole body where nothing is left otherwise: rather too much than nothing.
    """
    body = root.find("body")
    body = root if body is None else body
    _drop_always(body)
    _drop_buttons(body)
    marked = _marked(body)
    content = body if marked is None else marked
    _drop_named(content)
    if marked is None:
        _drop_outer(content)
        _drop_link_lists(content)
    return content


class _Measures:
    """Letters, letters in links, links and main content of every element, counted in one pass."""

    def __init__(self, root: HtmlElement) -> None:
        self.nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        self.letters: dict[HtmlElement, int] = {}
        self.linked: dict[HtmlElement, int] = {}
        self.links: dict[HtmlElement, int] = {}
        self.holds: dict[HtmlElement, bool] = {}
        for node in reversed(self.nodes):
            inner = [child for child in node if isinstance(child.tag, str)]
            own = _count(node.text) + sum(_count(child.tail) for child in node)
            self.letters[node] = own + sum(self.letters[child] for child in inner)
            is_link = node.tag == "a"
            self.linked[node] = self.letters[node] if is_link else sum(self.linked[child] for child in inner)
            self.links[node] = is_link + sum(self.links[child] for child in inner)
            self.holds[node] = (
                node.tag in _HOLDERS or "main" in _roles(node) or any(self.holds[child] for child in inner)
            )

    def is_furniture(self, node: HtmlElement, whole: int) -> bool:
        """Whether it may be left out: no main content, and less than half of the text."""
        return not self.holds[node] and 2 * self.letters[node] <= whole

    def link_share(self, node: HtmlElement) -> float:
        return self.linked[node] / self.letters[node] if self.letters[node] else 0.0


def _drop_always(body: HtmlElement) -> None:
    rules = _rules()
    for node in list(body.iter()):
        if not isinstance(node.tag, str):
            _drop(node)
    measures = _Measures(body)
    for node in measures.nodes:
        named = node.tag in rules.tags or _roles(node) & rules.roles
        if named and node is not body and not measures.holds[node]:
            _drop(node)


def _drop_buttons(body: HtmlElement) -> None:
    """Buttons are left out, but for those that open a part of the text and are its heading."""
    for node in list(body.iter("button")):
        heading = next(node.iterancestors(*_HEADINGS), None)
        is_heading = heading is not None and _count(node.text_content()) >= 0.8 * _count(heading.text_content())
        if is_heading or node.get("aria-expanded") is not None:
            node.tag = "span"
        else:
            _drop(node)


def _marked(body: HtmlElement) -> HtmlElement | None:
    """The fullest ``main``, or the only ``article``; none when they are empty."""
    measures = _Measures(body)
    mains = [node for node in measures.nodes if node.tag == "main" or "main" in _roles(node)]
    fullest = max(mains, key=lambda node: measures.letters[node], default=None)
    if fullest is not None and measures.letters[fullest]:
        return fullest
    articles = [node for node in body.iter("article") if not _inside(node, "article")]
    if len(articles) == 1 and 2 * measures.letters[articles[0]] >= measures.letters[body]:
        return articles[0]
    return None


def _drop_named(content: HtmlElement) -> None:
    names, link_names = _names()
    measures = _Measures(content)
    whole = measures.letters[content]
    for node in measures.nodes:
        words = _words(node)
        if not words or not measures.is_furniture(node, whole):
            continue
        if any(_has(words, name) for name in names) or (
            not link_names.isdisjoint(words) and measures.link_share(node) >= _LINK_SHARE
        ):
            _drop(node)


def _drop_outer(content: HtmlElement) -> None:
    rules = _rules()
    measures = _Measures(content)
    for node in measures.nodes:
        outer = node.tag in rules.outer_tags or _roles(node) & rules.outer_roles
        if outer and not measures.holds[node] and not _inside(node, "article", "section", "td", "blockquote"):
            _drop(node)


def _drop_link_lists(content: HtmlElement) -> None:
    """Lists of links, unless they are all there is."""
    measures = _Measures(content)
    whole = measures.letters[content]
    for node in measures.nodes:
        if (
            node.tag in _BLOCKS
            and measures.links[node] >= _FEWEST_LINKS
            and measures.link_share(node) >= _LINK_SHARE_UNNAMED
            and measures.is_furniture(node, whole)
        ):
            _drop(node)


def _roles(node: HtmlElement) -> frozenset[str]:
    return frozenset((node.get("role") or "").lower().split())


def _inside(node: HtmlElement, *tags: str) -> bool:
    return next(node.iterancestors(*tags), None) is not None


def _words(node: HtmlElement) -> list[str]:
    """The words of the element's class names and id."""
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    return [word.lower() for word in _WORD.findall(names)]


def _has(words: list[str], name: tuple[str, ...]) -> bool:
    """Whether the words of ``name`` stand in ``words`` one after the other."""
    return any(tuple(words[at : at + len(name)]) == name for at in range(len(words) - len(name) + 1))


def _count(text: str | None) -> int:
    return sum(map(len, text.split())) if text else 0


def _drop(node: HtmlElement) -> None:
    if node.getparent() is not None:
        node.drop_tree()


@cache
def _rules() -> _Rules:
    data: Any = read_yaml(Path(__file__).with_name("boilerplate.yaml").read_text(encoding="utf-8"))
    return _Rules.model_validate(data)


@cache
def _names() -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    rules = _rules()
    return tuple(tuple(name.split()) for name in rules.names), frozenset(rules.link_names)
