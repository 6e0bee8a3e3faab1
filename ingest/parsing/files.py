"""One door for every format."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.documents import Content, ParsedDocument
from ingest.errors import DocumentError
from ingest.parsing.reading import check_bytes, read_bytes

if TYPE_CHECKING:
    from ingest.parsing.blocks import Extract

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".heic", ".heif"})
"""Suffixes of pictures, whose words are recognised."""

# Module and function for each suffix; the readers are imported when a file needs them.
READERS = {
    ".md": ("markdown", "extract_markdown"),
    ".markdown": ("markdown", "extract_markdown"),
    ".html": ("html.document", "extract_html_file"),
    ".htm": ("html.document", "extract_html_file"),
    ".docx": ("office.docx", "extract_docx"),
    ".docm": ("office.docx", "extract_docx"),
    ".pdf": ("pdf.document", "extract_pdf"),
    ".xlsx": ("office.spreadsheets", "extract_workbook"),
    ".xlsm": ("office.spreadsheets", "extract_workbook"),
    ".csv": ("office.spreadsheets", "extract_delimited"),
    ".tsv": ("office.spreadsheets", "extract_delimited"),
    ".eml": ("mail.email", "extract_email"),
    ".msg": ("mail.outlook", "extract_outlook"),
    ".txt": ("plain", "extract_plain"),
    ".pptx": ("other", "extract_pptx"),
    ".pptm": ("other", "extract_pptx"),
    ".odt": ("other", "extract_by_pandoc"),
    ".rtf": ("other", "extract_by_pandoc"),
    ".epub": ("other", "extract_by_pandoc"),
    **dict.fromkeys(IMAGES, ("ocr.images", "extract_image")),
}

# Readers that may meet a scan, and are told the language to expect in it.
_READ_SCANS = frozenset({"extract_pdf", "extract_image"})

SUPPORTED: frozenset[str] = frozenset(READERS)
"""Suffixes that can be parsed, in lower case with the dot."""


def parse_file(path: Path) -> ParsedDocument:
    """The text, sections, metadata and findings of one file; errors as those of :func:`parse`."""
    return parse(Content(path.name, read_bytes(path)))


def parse(content: Content) -> ParsedDocument:
    """The text, sections, metadata and findings of one file's bytes.

    :raises DocumentError: with the code ``empty``, ``unreadable``, ``encrypted``, ``unsupported``, ``too-large``,
        ``too-long``, ``wrong-format``, ``zip-bomb``, ``xml-entities``, ``path-traversal`` or ``ocr-missing`` and one
        line that names the file and says what to do.
    """
    # Whoever only asks what can be parsed does not wait for these.
    from ingest.parsing.assembly import assemble
    from ingest.parsing.bounds import bounded
    from ingest.parsing.instructions import with_instructions_found

    path = Path(content.name)
    suffix = path.suffix.lower()
    if suffix not in READERS:
        known = " ".join(sorted(SUPPORTED))
        raise DocumentError(
            "unsupported", f"{path.name}: files of type “{suffix}” are not read; convert it to one of {known}"
        )
    check_bytes(path.name, content.data)
    module, function = READERS[suffix]
    extract: Callable[..., Extract] = getattr(importlib.import_module(f"ingest.parsing.{module}"), function)
    try:
        hints = (content.language,) if function in _READ_SCANS else ()
        document = assemble(extract(path, content.data, *hints), path.name, path.stem)
        return with_instructions_found(bounded(document, path.name), path.name)
    except RecursionError as error:
        raise DocumentError("unreadable", f"{path.name}: nested too deeply; simplify or convert the file") from error
