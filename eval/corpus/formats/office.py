"""Word, Excel and PowerPoint, with fixed times so that the same page gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

from eval.corpus.page import Page, PageSection, Row

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_TIME = datetime(2026, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_LONGEST_SHEET_NAME = 31
_TITLE_SLIDE, _TEXT_SLIDE, _TITLE_ONLY_SLIDE = 0, 1, 5  # layouts of python-pptx's own template


def render_docx(page: Page) -> bytes:
    """Title, headings, paragraphs, bullets and tables in Word's own styles."""
    import docx

    document = docx.Document()
    document.core_properties.title = page.title
    document.core_properties.language = page.language
    document.core_properties.created = document.core_properties.modified = _TIME
    document.add_heading(page.title, 0)
    for section in page.sections:
        document.add_heading(section.heading, 1)
        for paragraph in section.paragraphs:
            document.add_paragraph(page.joined(paragraph))
        if section.items:
            document.add_paragraph(section.lead_in)
            for item in section.items:
                document.add_paragraph(item, style="List Bullet")
        if section.rows:
            table = document.add_table(rows=0, cols=len(page.header))
            table.style = "Table Grid"
            for row in (page.header, *section.rows):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    target = io.BytesIO()
    document.save(target)
    return _timeless(target)


def render_xlsx(page: Page) -> bytes:
    """A sheet for each section: a row for each sentence, beside the fee it goes with."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    workbook.properties.title = page.title
    workbook.properties.created = _TIME
    for at, section in enumerate(page.sections):
        sheet = workbook.create_sheet(section.heading[:_LONGEST_SHEET_NAME])
        if at == 0:
            sheet.append([page.title])
        sheet.append([*page.header, page.title])
        for row, said in zip(section.rows, section.sentences, strict=True):
            sheet.append([*row, said])
    target = io.BytesIO()
    workbook.save(target)
    return _timeless(target)


def render_pptx(page: Page) -> bytes:
    """A title slide, then for each section a slide of text and, where it has one, a slide with its table."""
    from pptx import Presentation

    deck = Presentation()
    deck.core_properties.title = page.title
    deck.core_properties.created = deck.core_properties.modified = _TIME
    deck.slides.add_slide(deck.slide_layouts[_TITLE_SLIDE]).shapes.title.text = page.title
    for section in page.sections:
        slide = deck.slides.add_slide(deck.slide_layouts[_TEXT_SLIDE])
        slide.shapes.title.text = section.heading
        parts = [*map(page.joined, section.paragraphs), section.lead_in, *section.items]
        slide.placeholders[1].text_frame.text = "\n".join(part for part in parts if part)
        if section.rows:
            _table_slide(deck, page.header, section)
    target = io.BytesIO()
    deck.save(target)
    return _timeless(target)


def _table_slide(deck: Presentation, header: Row, section: PageSection) -> None:
    from pptx.util import Cm

    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY_SLIDE])
    slide.shapes.title.text = section.heading
    shape = slide.shapes.add_table(len(section.rows) + 1, len(header), Cm(2), Cm(5), Cm(21), Cm(8))
    for at, row in enumerate((header, *section.rows)):
        for column, text in enumerate(row):
            shape.table.cell(at, column).text = text


def _timeless(archive: io.BytesIO) -> bytes:
    """The same archive without the moment it was written."""
    target = io.BytesIO()
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + _TIME.isoformat().encode() + b"Z", data)
            member = zipfile.ZipInfo(info.filename, _TIME.timetuple()[:6])
            copy.writestr(member, data, zipfile.ZIP_DEFLATED, compresslevel=1)
    return target.getvalue()
