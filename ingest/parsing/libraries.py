"""What the reader of each format imports, so that it can be imported before the first file is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from ingest.parsing.files import READERS

ALWAYS = (
    "ingest.parsing.processes.worker",
    "ingest.parsing.assembly",
    "ingest.parsing.bounds",
    "ingest.parsing.instructions",
    "ingest.parsing.plain",
)
_HTML = ("ingest.parsing.html.document", "unstructured.partition.html")
_EMAIL = ("ingest.parsing.mail.email", "ingest.parsing.mail.outlook", *_HTML)

# By the module that reads, the commonest first.
_OF_READER: dict[str, tuple[str, ...]] = {
    "plain": (),
    "markdown": ("ingest.parsing.markdown", "markdown_it", *_HTML),
    "html.document": _HTML,
    "mail.email": _EMAIL,
    "mail.outlook": _EMAIL,
    "office.docx": ("ingest.parsing.office.docx", "unstructured.partition.docx"),
    "other": ("ingest.parsing.other", "unstructured.partition.pptx", "pypandoc", *_HTML),
    # Most sheets are one table. A worker that meets another imports pandas and `partition_xlsx` itself, half a second.
    "office.spreadsheets": ("ingest.parsing.office.spreadsheets", "openpyxl"),
    "pdf.document": (
        "ingest.parsing.pdf.document",
        "unstructured.partition.pdf_image.pdfminer_utils",
        "unstructured.partition.pdf_image.pdfminer_processing",
        "pikepdf",
        "pypdf",
    ),
    "ocr.images": ("ingest.parsing.ocr.images",),
}
# Without these a fork server is not ready: most files need them.
FIRST = frozenset((*_OF_READER["markdown"], *_EMAIL))
EVERYTHING = tuple(dict.fromkeys(module for modules in _OF_READER.values() for module in modules))


def libraries_for(names: Iterable[str]) -> tuple[str, ...]:
    """The modules to import for files with these names (or addresses), each once, those of the commonest formats first.

    An address without a suffix can be anything: for it these are all. A worker that meets something else, say in an
    attachment, imports what it needs itself.
    """
    suffixes = {PurePosixPath(name.partition("#")[0]).suffix.lower() for name in names}
    readers = {READERS[suffix][0] if suffix in READERS else None for suffix in suffixes}
    wanted = {module for reader in readers for module in (EVERYTHING if reader is None else _OF_READER[reader])}
    return tuple(module for module in EVERYTHING if module in wanted)
