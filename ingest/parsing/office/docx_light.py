"""What a prepared Word document is spared before it is written once more, and read, for ``partition_docx``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document

_READ_PARTS = ("STYLES", "NUMBERING", "SETTINGS", "HEADER", "FOOTER", "HYPERLINK")


def name_default_style(document: Document) -> None:
    """Of a paragraph that names no style, every look at its style would go through all of them."""
    of_paragraphs = "./w:style[@w:type='paragraph'][@w:default='1' or @w:default='true' or @w:default='on']"
    defaults = document.styles.element.xpath(f"{of_paragraphs}/@w:styleId")
    for paragraph in document.paragraphs if defaults else ():
        if paragraph._p.style is None:
            paragraph._p.style = defaults[-1]


def take_out_unread(document: Document) -> None:
    """Pictures, themes and the styles of tables are most of many a document, and nothing is read of them."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    read = {getattr(RELATIONSHIP_TYPE, name) for name in _READ_PARTS}
    relations = document.part.rels
    for key in [key for key, relation in relations.items() if relation.reltype not in read]:
        del relations[key]
    for style in document.styles.element.xpath("./w:style[@w:type='table']"):
        style.getparent().remove(style)
