"""Text in HTML that a browser would not show, found by its mark-up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.parsing.cleaning import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FURNITURE = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "svg",
    "iframe",
    "object",
    "audio",
    "video",
    "head",
    "rt",
    "rp",
)
_STRUCK = ("del", "s", "strike")
_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?<![\w-])opacity\s*:\s*0*(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*(?:0*(?:\.\d+)?|1)(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|(?:left|top|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[ ,]+[01](?:px)?[ ,]+[01]"
    r"|(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*(?:white|transparent|#fff(?:fff)?|rgba?\(\s*255[ ,]+255[ ,]+255[^)]*\)"
    r"|rgba\([^)]*[, ]0(?:\.0+)?\s*\))"
    r"\s*(?:;|!|$)",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(r"background(?:-color|-image)?\s*:\s*([^;]+)", re.IGNORECASE)
_WHITE_BACKGROUND = re.compile(
    r"(?:white|transparent|none|inherit|initial|#fff(?:fff)?|rgb\(\s*255[ ,]+255[ ,]+255\s*\))", re.IGNORECASE
)
_COMMENT_CSS = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_RULE = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?([.#][\w-]+)", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2,}")


def remove_hidden(root: HtmlElement) -> tuple[list[str], list[str]]:
    """Remove scripts, navigation, hidden and struck-out text from the tree.

    :returns: the hidden texts and the struck-out texts that were removed.
    """
    concealed = _concealing_selectors(root)
    hidden: list[str] = []
    struck: list[str] = []
    waiting = [root]
    while waiting:
        for node in list(waiting.pop()):
            if not isinstance(node.tag, str):
                _note_comment(node, hidden)
                _drop(node)
            elif node.tag in _FURNITURE or node.get("role") == "navigation":
                _drop(node)
            elif node.tag in _STRUCK:
                _note(node, struck)
                _drop(node)
            elif node.tag != "body" and _is_hidden(node, concealed):
                _note(node, hidden)
                _drop(node)
            else:
                waiting.append(node)
    return hidden, struck


def _is_hidden(node: HtmlElement, concealed: frozenset[str]) -> bool:
    if node.get("hidden") is not None:
        return True
    style = node.get("style")
    if style and (_INVISIBLE.search(style) or (_WHITE.search(style) and not _has_dark_background(node))):
        return True
    if (node.get("color") or "").lower() in ("white", "#fff", "#ffffff") and not _has_dark_background(node):
        return True
    if not concealed:
        return False
    names = {f".{name}" for name in (node.get("class") or "").split()}
    return bool(concealed & names) or f"#{node.get('id')}" in concealed


def _has_dark_background(node: HtmlElement) -> bool:
    """Whether an inline background behind the node would let white text be seen."""
    at: HtmlElement | None = node
    while at is not None:
        background = at.get("bgcolor") or ""
        if match := _BACKGROUND.search(at.get("style") or ""):
            background = match[1]
        if background and not _WHITE_BACKGROUND.fullmatch(background.replace("!important", "").strip()):
            return True
        at = at.getparent()
    return False


def _concealing_selectors(root: HtmlElement) -> frozenset[str]:
    """Class and id selectors that the page's own style sheet hides on every screen."""
    found: set[str] = set()
    for sheet in root.iter("style"):
        css = _AT_RULE.sub("", _COMMENT_CSS.sub("", sheet.text or ""))
        for selectors, body in _RULE.findall(css):
            if re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", body, re.IGNORECASE):
                for selector in selectors.split(","):
                    if match := _SIMPLE_SELECTOR.fullmatch(selector.strip()):
                        found.add(match[1])
    return frozenset(found)


def _note_comment(node: HtmlElement, hidden: list[str]) -> None:
    text = one_line(node.text or "") if "[if" not in (node.text or "") else ""
    if len(_WORDS.findall(text)) >= 3:  # a sentence, not an editor's mark
        hidden.append(text)


def _note(node: HtmlElement, texts: list[str]) -> None:
    text = one_line(node.text_content())
    if text:
        texts.append(text)


def _drop(node: HtmlElement) -> None:
    """Remove a node and keep the text behind it."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        previous = node.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + node.tail
        else:
            previous.tail = (previous.tail or "") + node.tail
    parent.remove(node)
