"""The Atlassian Document Format to text (developer.atlassian.com/cloud/jira/platform/apis/document/structure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

_TEXT_BLOCKS = frozenset(["paragraph", "heading", "codeBlock", "table"])
_ITEMS = frozenset(["listItem", "taskItem", "decisionItem", "blockTaskItem"])
_CELLS = frozenset(["tableCell", "tableHeader"])
_BLOCKS = frozenset(
    [
        *("blockquote", "panel", "expand", "nestedExpand", "bulletList", "orderedList", "taskList", "decisionList"),
        *("tableRow", "mediaSingle", "mediaGroup", "caption", "rule", "blockCard", "embedCard", "layoutSection"),
        *("layoutColumn", "extension", "bodiedExtension", *_TEXT_BLOCKS, *_ITEMS),
    ]
)


def adf_text(node: Any) -> str:
    """The words of a document, a line for each block; nodes that are not known give the words inside them."""
    return "".join(_parts(node, "- "))


def _parts(node: Any, mark: str) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "text":
        yield _marked(node)
        return
    attributes = _mapping(node.get("attrs"))
    if kind in _BLOCKS:
        yield "\n"
    if kind in _ITEMS:
        yield mark
    yield _inline(kind, attributes)
    order = attributes.get("order")
    content = node.get("content")
    children = content if isinstance(content, list) else []
    for number, child in enumerate(children):
        child_mark = f"{(order if isinstance(order, int) else 1) + number}. " if kind == "orderedList" else "- "
        words = "".join(_parts(child, child_mark))
        # What an item or a cell begins with stands on its own line.
        if kind in _CELLS:
            words = " ".join(words.split()) + " "
        elif kind in _ITEMS and number == 0:
            words = words.strip("\n")
        yield words
    if kind in _TEXT_BLOCKS:
        yield "\n"


def _inline(kind: object, attributes: dict[str, Any]) -> str:
    """What a node without content of its own shows."""
    if kind == "hardBreak":
        return "\n"
    if kind == "date":
        return _date(attributes.get("timestamp"))
    if kind == "mention":
        return "@" + str(attributes.get("text") or attributes.get("id") or "").lstrip("@")
    if kind in ("media", "mediaInline"):
        name = attributes.get("alt") or attributes.get("__fileName")
        return f"[{name}]" if isinstance(name, str) and name else ""
    shown = {
        "emoji": attributes.get("text") or attributes.get("shortName"),
        "status": attributes.get("text"),
        "placeholder": attributes.get("text"),
        "inlineCard": attributes.get("url"),
        "blockCard": attributes.get("url"),
        "embedCard": attributes.get("url"),
        "expand": attributes.get("title"),
        "nestedExpand": attributes.get("title"),
    }.get(str(kind))
    return str(shown) if isinstance(shown, str) else ""


def _marked(node: dict[str, Any]) -> str:
    text = node.get("text")
    if not isinstance(text, str):
        return ""
    marks = node.get("marks")
    for mark in map(_mapping, marks if isinstance(marks, list) else []):
        if mark.get("type") == "strike":
            return ""
        href = _mapping(mark.get("attrs")).get("href")
        if mark.get("type") == "link" and isinstance(href, str) and href != text:
            text = f"{text} ({href.removeprefix('mailto:')})"
    return text


def _date(timestamp: object) -> str:
    try:
        return datetime.fromtimestamp(int(str(timestamp)) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
