"""What the reader of each format imports, so that it can be imported before the first file is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

ALWAYS = ("ingest.parsing.worker", "ingest.parsing.plain")
_HTML = ("ingest.parsing.html", "unstructured.partition.html")
_MARKDOWN = ("ingest.parsing.markdown", "markdown_it", *_HTML)
_EMAIL = ("ingest.parsing.email", "ingest.parsing.outlook", *_HTML)
_DOCX = ("ingest.parsing.docx", "unstructured.partition.docx")
_SHEETS = ("ingest.parsing.spreadsheets", "pandas", "openpyxl", "unstructured.partition.xlsx", "scipy.sparse")
_OTHER = ("ingest.parsing.other", "unstructured.partition.pptx", "pypandoc", *_HTML)
_PDF = (
    "ingest.parsing.pdf",
    "cv2",
    "scipy.sparse",
    "matplotlib.pyplot",
    "unstructured.partition.pdf_image.pdfminer_utils",
    "unstructured.partition.pdf_image.pdfminer_processing",
)
_IMAGES = ("ingest.parsing.images", "cv2")

_OF_SUFFIX = {
    ".txt": (),
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".docx": _DOCX,
    ".docm": _DOCX,
    ".xlsx": _SHEETS,
    ".xlsm": _SHEETS,
    ".csv": _SHEETS,
    ".tsv": _SHEETS,
    ".pdf": _PDF,
    ".eml": _EMAIL,
    ".msg": _EMAIL,
    **dict.fromkeys((".pptx", ".pptm", ".odt", ".rtf", ".epub"), _OTHER),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".heic", ".heif"), _IMAGES),
}
# Without these a fork server is not ready: most files need them.
FIRST = frozenset((*_MARKDOWN, *_EMAIL))
EVERYTHING = tuple(
    dict.fromkeys((*_MARKDOWN, *_EMAIL, *_DOCX, *_OTHER, *_SHEETS, *_PDF, *_IMAGES, "ingest.parsing.outlook"))
)


def libraries_for(names: Iterable[str]) -> tuple[str, ...]:
    """The modules to import for files with these names (or addresses), each once, those of the commonest formats first.

    An address without a suffix can be anything: for it these are all. A worker that meets something else, say in an
    attachment, imports what it needs itself.
    """
    suffixes = {PurePosixPath(name.partition("#")[0]).suffix.lower() for name in names}
    wanted = {module for suffix in suffixes for module in _OF_SUFFIX.get(suffix, EVERYTHING)}
    return tuple(module for module in EVERYTHING if module in wanted)
