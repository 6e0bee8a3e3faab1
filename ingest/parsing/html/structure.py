"""HTML rewritten so that ``partition_html`` loses nothing.

It leaves out ``details``, ``figure``, ``form`` and ``label``, ignores merged
cells, forgets the numbers of ordered lists, and tears list items of several
paragraphs apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.parsing.cleaning import ITEM_CLOSE, ITEM_OPEN, LINE_BREAK, SUPERSCRIPTS
from ingest.parsing.tables import expand_spans
from ingest.parsing.units import inner_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_RENAMED = {
    "details": "div",
    "figure": "div",
    "form": "div",
    "fieldset": "div",
    "dialog": "div",
    "summary": "p",
    "figcaption": "p",
    "legend": "p",
    "label": "span",
    "math": "span",
}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "menu")
_BLOCKS_IN_ITEM = ("p", "div", "section", "article", "span")


def normalise_structure(root: HtmlElement) -> None:
    """Rewrite the tree in place."""
    for node in list(root.iter(*_RENAMED)):
        node.tag = _RENAMED[node.tag]
    for node in list(root.iter("menu")):
        node.tag = "ul"
    for node in list(root.iter("br")):
        node.tail = LINE_BREAK + (node.tail or "")
        node.tag = "span"
    for node in list(root.iter("sup")):
        if node.text and node.text.isascii() and node.text.isdigit():
            node.text = node.text.translate(SUPERSCRIPTS)
    for node in list(root.iter("dl")):
        _definitions_to_list(node)
    for table in reversed(list(root.iter("table"))):
        if _is_inside_data(table):
            rows, headers = expand_spans(table)
            _replace_by_text(table, inner_text(rows, headers))
    for table in list(root.iter("table")):
        if _is_layout(table):
            _unwrap(table)
    for table in list(root.iter("table")):
        _expand(table)
    for item in list(root.iter("li")):
        _mark_item(item)


def _element(tag: str, text: str = "") -> HtmlElement:
    from lxml.html import Element

    element = Element(tag)
    element.text = text
    return element


def _definitions_to_list(node: HtmlElement) -> None:
    """``dt``/``dd`` pairs become items "term: definition"."""
    node.tag = "ul"
    terms: list[str] = []
    fresh = True
    for child in list(node.iter("dt", "dd")):
        if child.tag == "dt":
            terms = [*terms, child.text_content().strip()] if fresh else [child.text_content().strip()]
            fresh = True
            nearest = child.getparent()
            if nearest is not None:
                nearest.remove(child)
            continue
        child.tag = "li"
        lead = ", ".join(filter(None, terms))
        if lead:
            child.text = f"{lead.rstrip(':：')}: {(child.text or '').lstrip()}"
        fresh = False
    if fresh and terms:
        node.append(_element("li", ", ".join(terms)))
    for child in list(node.iter("div")):
        child.drop_tag()


def _is_inside_data(table: HtmlElement) -> bool:
    """Whether the table stands in a cell of one that has column names, and so is no frame for a page."""
    outer = next(table.iterancestors("table"), None)
    if outer is None or outer.get("role") in ("presentation", "none"):
        return False
    return any(cell.tag == "th" for row in outer.iter("tr") if _owner(row) is outer for cell in row)


def _replace_by_text(node: HtmlElement, text: str) -> None:
    tail = node.tail
    node.clear()
    node.tag, node.text, node.tail = "span", f" {text} ", tail


def _is_layout(table: HtmlElement) -> bool:
    if table.get("role") in ("presentation", "none"):
        return True
    if (
        next(table.iterdescendants("table"), None) is not None
        or next(table.iterdescendants(*_HEADINGS), None) is not None
    ):
        return True
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    return max(map(len, rows), default=0) <= 1


def _unwrap(table: HtmlElement) -> None:
    for node in list(table.iterchildren("caption", "thead", "tbody", "tfoot", "tr")):
        for cell in list(node.iter("tr", "td", "th", "thead", "tbody", "tfoot", "caption")):
            if _owner(cell) is table:
                cell.tag = "div"
    for node in list(table.iterchildren("colgroup", "col")):
        table.remove(node)
    table.tag = "div"


def _owner(cell: HtmlElement) -> HtmlElement | None:
    return next(cell.iterancestors("table"), None)


def _expand(table: HtmlElement) -> None:
    """Repeat merged cells, so that every row has every column; lists in cells become "; " lists."""
    for item in table.iter("li"):
        item.tag = "span"
        item.tail = "; " if item.getnext() is not None else " "
    rows, headers = expand_spans(table)
    caption = table.find("caption")
    tail = table.tail
    table.clear()
    table.tail = tail
    if caption is not None:
        table.append(_element("caption", caption.text_content()))
    for index, row in enumerate(rows):
        tr = _element("tr")
        for cell in row:
            tr.append(_element("th" if index < headers else "td", " ".join(cell.replace(LINE_BREAK, " ").split())))
        table.append(tr)


def _mark_item(item: HtmlElement) -> None:
    """Put depth and number in front of an item and make one text of its paragraphs."""
    parents = list(item.iterancestors(*_LISTS))
    depth = max(len(parents) - 1, 0)
    marker = "-"
    if parents and parents[0].tag == "ol":
        marker = f"{_number(parents[0], item)}."
    for child in list(item):
        if (
            child.tag not in _BLOCKS_IN_ITEM
            or next(child.iterdescendants("table", "pre", *_LISTS, *_HEADINGS), None) is not None
        ):
            continue
        if child.tag != "span":
            child.tail = " " + (child.tail or "")
            before = child.getprevious()
            if before is not None:
                before.tail = (before.tail or "") + " "
            for node in list(child.iter("p", "div", "section", "article")):
                node.tag = "span"
                node.tail = " " + (node.tail or "")
    item.text = f"{ITEM_OPEN}{depth}:{marker}{ITEM_CLOSE} {(item.text or '').lstrip()}"


def _number(parent: HtmlElement, item: HtmlElement) -> int:
    start = parent.get("start", "1")
    value = item.get("value", "")
    if value.isdigit():
        return int(value)
    first = int(start) if start.isdigit() else 1
    return first + [node for node in parent if node.tag == "li"].index(item)
