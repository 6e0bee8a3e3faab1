"""Formats read for convenience: slides, and what pandoc turns into HTML."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from ingest.errors import DocumentError
from ingest.parsing.blocks import Block, Extract, Heading, ListItem, Paragraph, Table
from ingest.parsing.cleaning import without_private_use
from ingest.parsing.containers import check_zip
from ingest.parsing.hidden import character_findings, hidden_text
from ingest.parsing.html.document import extract_html
from ingest.parsing.office.pptx_hidden import without_hidden
from ingest.parsing.office.properties import office_properties
from ingest.parsing.partitioners import elements, prepare
from ingest.parsing.properties import read_properties
from ingest.parsing.sniffing import wrong_format
from ingest.parsing.tables import table_from_html

_ZIP_MEMBERS = {".odt": "content.xml", ".epub": "mimetype"}


def extract_pptx(path: Path, data: bytes) -> Extract:
    """Slides: titles as headings, text by paragraph, tables, the slide's number as page."""
    findings = check_zip(path, data, "ppt/presentation.xml")
    blocks: list[Block] = []
    shown, hidden = without_hidden(data)
    if hidden:
        findings.append(hidden_text(path.name, hidden, "on hidden slides or beside the slide"))
    for element in elements("pptx", "partition_pptx", file=io.BytesIO(shown), infer_table_structure=True):
        page = element.metadata.page_number
        if element.category == "Title":
            blocks.append(Heading(2, without_private_use(element.text), page))
        elif element.category == "Table":
            table = table_from_html(element.metadata.text_as_html or "<table></table>", page)
            blocks.extend([table] if table else [])
        elif element.category == "ListItem":
            blocks.append(ListItem(without_private_use(element.text), element.metadata.category_depth or 0, page=page))
        elif element.category not in ("Image", "PageBreak"):
            blocks.append(Paragraph(without_private_use(element.text), page))
    texts = "\n".join(block.text for block in blocks if not isinstance(block, Table))
    findings += character_findings(path.name, texts)
    said, unclear = read_properties(office_properties(data), path.name)
    return Extract(blocks, metadata=said, findings=findings + unclear)


def extract_by_pandoc(path: Path, data: bytes) -> Extract:
    """OpenDocument text, RTF and EPUB, through pandoc as ``unstructured`` does it, then as HTML."""
    suffix = path.suffix.lower()
    if suffix in _ZIP_MEMBERS:
        check_zip(path, data, _ZIP_MEMBERS[suffix])
    elif not data.lstrip().startswith(b"{\\rtf"):
        raise wrong_format(path, data)
    prepare()
    from unstructured.file_utils.file_conversion import convert_file_to_html_text_using_pandoc

    # pandoc wants a path; the bytes already read are the ones that were checked and hashed.
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        copy.write(data)
        copy.flush()
        try:
            html = convert_file_to_html_text_using_pandoc(source_format=suffix[1:], filename=copy.name)
        except (OSError, RuntimeError) as error:
            raise DocumentError("unreadable", f"{path.name}: pandoc cannot read it; convert it to .docx") from error
    extract = extract_html(without_private_use(html), path.name)
    if suffix == ".odt":
        said, unclear = read_properties(office_properties(data), path.name)
        extract.metadata, extract.findings = {**extract.metadata, **said}, extract.findings + unclear
    return extract
