"""How many pages a PDF says it has, without laying any of them out."""

from __future__ import annotations

import io
from pathlib import Path

from ingest.errors import DocumentError

MAX_PAGES = 3000


def check_pages(path: Path, data: bytes) -> None:
    """Whether the PDF's own page count is within the limit; it may lie, so whoever reads the pages counts as well.

    :raises DocumentError: ``too-long``.
    """
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import resolve1

    tree = resolve1(PDFDocument(PDFParser(io.BytesIO(data))).catalog.get("Pages"))
    count = resolve1(tree.get("Count")) if isinstance(tree, dict) else None
    if isinstance(count, int) and count > MAX_PAGES:
        raise too_long(path, f"{count:,}")


def too_long(path: Path, pages: str) -> DocumentError:
    return DocumentError("too-long", f"{path.name}: {pages} pages, the limit is {MAX_PAGES:,}; split the file")
