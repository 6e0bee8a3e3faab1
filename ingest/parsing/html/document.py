"""HTML: cleaned of what a reader does not see, then ``partition_html``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.documents import Finding
from ingest.parsing.blocks import Block, Extract, Heading, ListItem, Paragraph
from ingest.parsing.cleaning import (
    ITEM_CLOSE,
    ITEM_OPEN,
    LINE_BREAK,
    clean,
    one_line,
    without_private_use,
)
from ingest.parsing.hidden import character_findings, excerpt, hidden_text
from ingest.parsing.html.hidden import remove_hidden
from ingest.parsing.html.parsing import html_root
from ingest.parsing.html.structure import normalise_structure
from ingest.parsing.partitioners import html_elements
from ingest.parsing.properties import read_properties
from ingest.parsing.reading import decode
from ingest.parsing.tables import table_from_html

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from unstructured.documents.elements import Element

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ITEM = re.compile(f"{ITEM_OPEN}(\\d+):([^{ITEM_CLOSE}]*){ITEM_CLOSE} ?")
_BULLET = re.compile(r"[•‣▪◦·●○■□–—*-]\s+(?=\S)")
_PARAGRAPH_BREAK = re.compile(f"(?: ?{LINE_BREAK} ?){{2,}}")


def extract_html_file(path: Path, data: bytes) -> Extract:
    """The blocks of an HTML file."""
    text, findings = decode(path, data, markup=True)
    extract = extract_html(without_private_use(text), path.name)
    extract.findings = findings + extract.findings
    return extract


def extract_html(html: str, name: str) -> Extract:
    """The blocks of an HTML text without private-use characters.

    What a reader would not see is left out and reported as ``hidden-text``.
    """
    from lxml import etree
    from lxml.html import tostring

    try:
        root = html_root(_XML_DECLARATION.sub("", html) or "<p></p>", name)
    except etree.ParserError:
        return Extract([])
    title, metadata, unclear = _head(root, name)
    hidden, struck = remove_hidden(root)
    normalise_structure(root)
    markup = tostring(root, encoding="unicode")
    findings = unclear
    if hidden:
        findings.append(hidden_text(name, hidden))
    if struck:
        message = f"struck-out text was left out: {excerpt(' … '.join(struck))}"
        findings.append(Finding(name, "struck-out-text", message))
    findings += character_findings(name, markup)
    return Extract(list(blocks(html_elements(markup))), title, metadata, findings)


def blocks(elements: Iterable[Element]) -> Iterator[Block]:
    """Blocks of the elements ``partition_html`` found in prepared markup."""
    for element in elements:
        page = element.metadata.page_number
        category = element.category
        if category == "Table":
            table = table_from_html(element.metadata.text_as_html or "<table></table>", page)
            if table is not None:
                yield table
        elif category == "Title":
            yield Heading((element.metadata.category_depth or 0) + 1, _lines(element.text).replace("\n", " "), page)
        elif category == "CodeSnippet":
            yield Paragraph(_lines(element.text), page, preformatted=True)
        elif category not in ("Image", "PageBreak", "Header", "Footer"):
            yield from paragraph_blocks(element.text, page)


def paragraph_blocks(text: str, page: int | None = None) -> Iterator[Block]:
    """A paragraph or list item, told apart by our own mark or a typed bullet."""
    if item := _ITEM.match(text):
        yield ListItem(_lines(_ITEM.sub("", text)), int(item[1]), item[2] or "-", page)
        return
    for part in _PARAGRAPH_BREAK.split(text):
        part = part.strip(f" {LINE_BREAK}")
        lines = [line.strip() for line in part.split(LINE_BREAK) if line.strip()]
        if lines and all(map(_BULLET.match, lines)):
            yield from (ListItem(_BULLET.sub("", line, count=1), page=page) for line in lines)
        elif lines:
            yield Paragraph("\n".join(lines), page)


def _lines(text: str) -> str:
    return text.replace(LINE_BREAK, "\n")


def _head(root: HtmlElement, name: str) -> tuple[str, dict[str, str], list[Finding]]:
    said = [(meta.get("name") or "", (meta.get("content") or "").strip()) for meta in root.iter("meta")]
    metadata, findings = read_properties(said, name)
    metadata |= {key: value for key, value in said if key == "id" and value}
    language = (root.get("lang") or "").strip()
    if language:
        metadata.setdefault("language", language)
    title = next((node.text_content() for node in root.iter("title")), "")
    return one_line(clean(title)), metadata, findings
