"""A Word document rewritten so that ``partition_docx`` loses nothing and calls nothing by a wrong name.

It does not look into content controls, insertions and text boxes, knows
headings by the names of Word's own styles only, and shows hidden text.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.parsing.cleaning import SUPERSCRIPTS, clean, one_line
from ingest.parsing.office.docx_hidden import remove_hidden_runs
from ingest.parsing.office.docx_light import name_default_style, take_out_unread
from ingest.parsing.units import inner_text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

_LONGEST_BOLD_HEADING = 90  # characters
_HEADING_STYLES = tuple(f"Heading {level}" for level in range(1, 10))


@dataclass(slots=True)
class Notes:
    """What was found on the way."""

    titles: list[str] = field(default_factory=list)  # paragraphs in the style "Title"
    hidden: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)


def prepare_document(document: Document) -> Notes:
    """Rewrite the document in place."""
    notes = Notes()
    body = document.element.body
    _unwrap(body, "w:sdt", "w:sdtContent")
    for tag in ("w:ins", "w:moveTo", "w:smartTag", "w:customXml"):
        _unwrap(body, tag)
    for tag in ("w:del", "w:moveFrom"):
        for node in body.xpath(f".//{tag}"):
            node.getparent().remove(node)
    notes.hidden += remove_hidden_runs(document)
    _lift_text_boxes(body)
    _remove_runs(body, "w:strike", notes.struck)
    _remove_runs(body, "w:dstrike", notes.struck)
    _raise_digits(body)
    _flatten_inner_tables(document)
    name_default_style(document)
    _name_headings(document, notes)
    _place_footnotes(document)
    take_out_unread(document)
    return notes


def _unwrap(body: Any, tag: str, content: str = "") -> None:
    from docx.oxml.ns import qn

    for node in body.xpath(f".//{tag}"):
        parent = node.getparent()
        if parent is None:
            continue
        holder = node.find(qn(content)) if content else node
        inner = [child for child in holder if not str(child.tag).endswith("Pr")] if holder is not None else []
        for child in inner:
            node.addprevious(child)
        parent.remove(node)


def _lift_text_boxes(body: Any) -> None:
    """Paragraphs of a text box follow the paragraph it is anchored in."""
    from docx.oxml.ns import qn

    for content in body.xpath(".//w:txbxContent"):
        # Word writes each box twice: as a drawing and, for old programs, as a fallback.
        names = [node.tag for node in content.iterancestors()]
        if any(isinstance(name, str) and name.endswith("}Fallback") for name in names):
            continue
        host = next((node for node in content.iterancestors(qn("w:p"))), None)
        if host is None:
            continue
        for child in reversed(list(content)):
            host.addnext(child)
    for run in body.xpath(".//w:r[.//w:txbxContent]"):
        if run.getparent() is not None:
            run.getparent().remove(run)


def _remove_runs(body: Any, mark: str, texts: list[str]) -> None:
    off = "@w:val='0' or @w:val='false' or @w:val='off'"
    for run in body.xpath(f".//w:r[w:rPr/{mark}[not({off})]]"):
        text = one_line(clean("".join(run.xpath("./w:t/text()"))))
        if text:
            texts.append(text)
        run.getparent().remove(run)


def _flatten_inner_tables(document: Document) -> None:
    """A table inside a cell becomes a paragraph of it, each value behind its name."""
    from docx.oxml import OxmlElement
    from docx.table import Table

    for node in reversed(document.element.body.xpath(".//w:tc//w:tbl")):
        rows = [[cell.text for cell in row.cells] for row in Table(node, document).rows]
        width = max(map(len, rows), default=0)
        text = inner_text([row + [""] * (width - len(row)) for row in rows])
        paragraph = OxmlElement("w:p")
        paragraph.add_r().text = text
        node.addprevious(paragraph)
        node.getparent().remove(node)


def _raise_digits(body: Any) -> None:
    """Raised digits (m², footnote marks) keep their meaning in plain text."""
    for node in body.xpath(".//w:r[w:rPr/w:vertAlign[@w:val='superscript']]/w:t"):
        if node.text and node.text.strip().isascii() and node.text.strip().isdigit():
            node.text = node.text.translate(SUPERSCRIPTS)


def _name_headings(document: Document, notes: Notes) -> None:
    """Give every heading the built-in style of its level."""
    paragraphs = document.paragraphs
    styles: dict[str | None, ParagraphStyle | None] = {}  # by id: each look goes through the styles
    found = False
    for paragraph in paragraphs:
        style_id = paragraph._p.style
        if style_id not in styles:
            styles[style_id] = paragraph.style
        style = styles[style_id]
        name = (style.name if style is not None else "") or ""
        if name == "Title":
            notes.titles.append(one_line(clean(paragraph.text)))
            continue
        level = _outline_level(paragraph, style)
        if level is not None and paragraph.text.strip():
            found = True
            if name != f"Heading {level}":
                _set_heading(document, paragraph, level)
    if not found:
        for paragraph in paragraphs:
            if _is_bold_line(paragraph):
                _set_heading(document, paragraph, 2)


def _outline_level(paragraph: Paragraph, style: ParagraphStyle | None) -> int | None:
    """The heading level, from 1, by its style, by the one that is based on, or by its outline level."""
    own = paragraph._p.xpath("./w:pPr/w:outlineLvl/@w:val")
    if own:
        return int(own[0]) + 1 if own[0].isdigit() and int(own[0]) < 9 else None
    seen = 0
    while style is not None and seen < 20:
        if style.name in _HEADING_STYLES:
            return _HEADING_STYLES.index(style.name) + 1
        level = style.element.xpath("./w:pPr/w:outlineLvl/@w:val")
        if level:
            return int(level[0]) + 1 if level[0].isdigit() and int(level[0]) < 9 else None
        style = style.base_style
        seen += 1
    return None


def _is_bold_line(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    if (
        not text
        or len(text) > _LONGEST_BOLD_HEADING
        or text[-1] in ".,;!?。！？؟।"
        or paragraph._p.xpath("./w:pPr/w:numPr")
    ):
        return False
    return all(run.bold for run in paragraph.runs if run.text.strip())


def _set_heading(document: Document, paragraph: Paragraph, level: int) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    name = f"Heading {level}"
    if name not in [style.name for style in document.styles]:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    paragraph.style = name


def _place_footnotes(document: Document) -> None:
    """Each footnote becomes a paragraph at the end of the section that refers to it."""
    from docx.oxml.ns import qn

    notes = _footnote_paragraphs(document)
    if not notes:
        return
    pending: list[Any] = []
    last = None
    for block in list(document.element.body):
        if block.tag == qn("w:sectPr"):
            break
        if block.tag == qn("w:p") and _is_heading_element(document, block) and last is not None:
            _insert_after(last, pending)
            pending = []
        for reference in block.xpath(".//w:footnoteReference/@w:id"):
            pending.extend(notes.pop(reference, []))
        last = block
    if last is not None:
        _insert_after(last, pending)


def _insert_after(block: Any, paragraphs: list[Any]) -> None:
    for paragraph in reversed(paragraphs):
        block.addnext(paragraph)


def _is_heading_element(document: Document, block: Any) -> bool:
    from docx.text.paragraph import Paragraph as DocxParagraph

    style = DocxParagraph(block, document.part).style
    return style is not None and style.name in _HEADING_STYLES


def _footnote_paragraphs(document: Document) -> dict[str, list[Any]]:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            return {
                note.get(qn("w:id")): [copy.deepcopy(paragraph) for paragraph in note.findall(qn("w:p"))]
                for note in root.findall(qn("w:footnote"))
                if note.get(qn("w:type")) in (None, "normal")
            }
    return {}
