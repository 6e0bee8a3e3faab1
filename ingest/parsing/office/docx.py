"""Word documents: put in order with python-docx, then ``partition_docx``."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.blocks import Block, Extract, Heading, ListItem, Paragraph
from ingest.parsing.cleaning import clean, one_line, without_private_use
from ingest.parsing.containers import check_zip
from ingest.parsing.hidden import character_findings, hidden_text
from ingest.parsing.office.docx_structure import prepare_document
from ingest.parsing.office.macros import without_macros
from ingest.parsing.office.properties import office_properties
from ingest.parsing.partitioners import elements
from ingest.parsing.properties import read_properties
from ingest.parsing.tables import table_from_html

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

_LABEL = re.compile(r"(\(?\d{1,3}(?:\.\d{1,3})*[.)]|\(?[a-zA-Z][.)]|[ivxIVX]{1,5}[.)])\s+(?=\S)")


def extract_docx(path: Path, data: bytes) -> Extract:
    """The blocks of a Word document; hidden and struck-out text is left out and reported."""
    import docx
    from lxml import etree

    findings = check_zip(path, data, "word/document.xml")
    try:
        document = docx.Document(io.BytesIO(without_macros(data)))
        notes = prepare_document(document)
        prepared = io.BytesIO()
        document.save(prepared)
        prepared.seek(0)
        found = elements("docx", "partition_docx", file=prepared, include_page_breaks=False)
    except (KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise DocumentError("unreadable", f"{path.name}: damaged ({error}); open it and save it again") from error
    blocks = list(_blocks(found, notes.titles))
    properties = document.core_properties
    if notes.hidden:
        findings.append(hidden_text(path.name, notes.hidden))
    if notes.struck:
        message = f"struck-out text was left out: “{' … '.join(notes.struck)[:120]}”"
        findings.append(Finding(path.name, "struck-out-text", message))
    findings += character_findings(path.name, "\n".join(element.text for element in found))
    title = next(iter(notes.titles), "") or one_line(clean(properties.title or ""))
    said, unclear = read_properties(office_properties(data), path.name)
    return Extract(blocks, title, said, findings + unclear)


def _blocks(found: Iterable[Element], titles: list[str]) -> Iterator[Block]:
    for element in found:
        page = element.metadata.page_number
        depth = element.metadata.category_depth or 0
        text = without_private_use(element.text)
        if element.category == "Table":
            table = (
                table_from_html(element.metadata.text_as_html or "", page) if element.metadata.text_as_html else None
            )
            if table is not None:
                yield table
            elif text.strip():
                yield Paragraph(text, page)
        elif element.category == "Title":
            yield Heading(0 if one_line(clean(text)) in titles else depth + 1, text, page)
        elif element.category == "ListItem":
            label = _LABEL.match(text)
            yield ListItem(text[label.end() :] if label else text, depth, label[1] if label else "-", page)
        elif element.category not in ("Header", "Footer", "PageBreak", "Image"):
            yield Paragraph(text, page)
