"""The words of a message: mark-up turned into text, quoted history left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ingest.parsing.cleaning import clean, without_private_use
from ingest.sources.exports.adf import adf_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p"),
        *("pre", "section", "table", "tr", "ul"),
    ]
)
_CELLS = frozenset(["td", "th"])
_BREAK, _PARAGRAPH = "\ue000", "\ue001"  # private use, which the text was emptied of
_BREAKS = re.compile(f"[{_BREAK}{_PARAGRAPH}\n ]*[{_BREAK}{_PARAGRAPH}\n][{_BREAK}{_PARAGRAPH}\n ]*")
# What mail programs wrap the earlier messages in. Anything else might be the writer's own quotation.
_HISTORY = re.compile(
    r"gmail_quote|gmail_extra|yahoo_quoted|moz-cite-prefix|freshdesk_quote|zd-quote|zendesk_quote|protonmail_quote|"
    r"tutanota_quote|OutlookMessageHeader|ms-outlook-mobile-reference-message|divRplyFwdMsg|appendonsend",
    re.IGNORECASE,
)
# "2026年10月1日 Support <help@example.com>:" just above quoted lines, in whatever language.
_ATTRIBUTION = re.compile(r"^[^\n]*<[^\n<>@]+@[^\n<>]+>[^\n]*[:：][ \t]*\n(?=\s*>)", re.MULTILINE)
_TRAILING = re.compile(r"[ \t]+\n")
_GAPS = re.compile(r"\n{3,}")
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_WIKI = (
    (re.compile(r"\{(?:code|noformat|panel|color|quote|anchor|expand)(?::[^}\n]*)?\}"), ""),
    (re.compile(r"!([^!\s|][^!|\n]*\.\w{2,5})(?:\|[^!\n]*)?!"), r"[\1]"),
    (re.compile(r"\[~(?:accountid:)?([^\]\n]+)\]"), r"@\1"),
    (re.compile(r"\[([^\]|\n]+)\|(?:mailto:)?([^\]|\n]+)(?:\|[^\]\n]*)?\]"), r"\1 (\2)"),
    (re.compile(r"^h[1-6]\. ", re.MULTILINE), ""),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
)


def plain_text(body: Any, form: str) -> str:
    """The words of a body.

    :param form: ``plain``, ``html``, ``wiki`` (Jira's mark-up) or ``adf`` (the Atlassian Document Format).
    """
    from ingest.parsing.mail.email import own_words  # with all that reads mail, which no folder of documents needs

    if form == "adf":
        return _tidy(adf_text(body))
    text = str(body or "")
    if form == "html":
        text = html_text(text)
    elif form == "wiki":
        for pattern, replacement in _WIKI:
            text = pattern.sub(replacement, text)
    text = clean(text.encode("utf-8", "replace").decode())
    return _tidy(own_words(_ATTRIBUTION.sub("", text)))


def html_text(html: str) -> str:
    """Text of an HTML body, a line for each block; what a reader does not see is left out."""
    from lxml import etree
    from lxml.html import document_fromstring

    from ingest.parsing.html.hidden import remove_hidden

    source = without_private_use(html.encode("utf-8", "replace").decode()).replace("\x00", "")
    try:
        root = document_fromstring(_XML_DECLARATION.sub("", source) or "<p></p>")
    except etree.ParserError:  # nothing but comments or white space
        return ""
    remove_hidden(root)
    whole = _text(root)
    _remove_history(root)
    return _text(root) or whole


def _remove_history(root: HtmlElement) -> None:
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or node.getparent() is None:
            continue
        marked = _HISTORY.search(f"{node.get('class') or ''} {node.get('id') or ''}")
        if node.tag == "blockquote" and node.get("type") == "cite":
            node.drop_tree()
        elif marked and marked[0].lower() in ("divrplyfwdmsg", "appendonsend"):
            _drop_from(node)
        elif marked:
            node.drop_tree()


def _drop_from(node: HtmlElement) -> None:
    """Remove the node and all its later siblings: Outlook marks only where the history begins."""
    for sibling in list(node.itersiblings()):
        if isinstance(sibling.tag, str):
            sibling.drop_tree()
    node.drop_tree()


def _text(root: HtmlElement) -> str:
    from lxml import etree

    parts: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        kind = node.tag if isinstance(node.tag, str) else ""  # empty for a comment
        if event == "start" and kind:
            parts.append(f"{_BREAK}- " if kind == "li" else _BREAK if kind in _BLOCKS else "\n" if kind == "br" else "")
            if kind == "img" and (node.get("alt") or "").strip():
                parts.append(f"[{node.get('alt').strip()}]")
            parts.append((node.text or "") if kind == "pre" else _spaced(node.text))
        elif event == "end":
            parts.append(_PARAGRAPH if kind == "p" else _BREAK if kind in _BLOCKS else " " if kind in _CELLS else "")
            parts.append(_spaced(node.tail) if node is not root else "")
    return _BREAKS.sub(_line_ends, "".join(parts)).strip()


def _line_ends(run: re.Match[str]) -> str:
    return "\n\n" if _PARAGRAPH in run[0] or run[0].count("\n") > 1 else "\n"


def _spaced(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _tidy(text: str) -> str:
    return _GAPS.sub("\n\n", _TRAILING.sub("\n", text)).strip()
