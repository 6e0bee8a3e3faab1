"""A page in each format, as bytes."""

from __future__ import annotations

from collections.abc import Callable

from eval.corpus.formats.markup import render_html, render_markdown
from eval.corpus.formats.office import render_docx, render_pptx, render_xlsx
from eval.corpus.formats.pdf import render_pdf
from eval.corpus.formats.text import render_csv, render_email, render_text
from eval.corpus.page import Page

_RENDERERS: dict[str, Callable[[Page], bytes]] = {
    "md": render_markdown,
    "html": render_html,
    "docx": render_docx,
    "pdf": render_pdf,
    "xlsx": render_xlsx,
    "csv": render_csv,
    "eml": render_email,
    "txt": render_text,
    "pptx": render_pptx,
}


def render(page: Page) -> bytes:
    """The file of a page; the same page gives the same bytes."""
    return _RENDERERS[page.suffix](page)
