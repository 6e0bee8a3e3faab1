"""Pictures of pages: scans, faxes and photographs, read by text recognition."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.blocks import Extract
from ingest.parsing.ocr.layout import laid_out
from ingest.parsing.ocr.pages import MAX_PAGES, Recognised, ScanReader
from ingest.parsing.pdf.document import page_blocks
from ingest.parsing.sniffing import actual_type, canonical_suffix, wrong_format

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 80_000_000  # of one page; A3 at 600 dpi has 70 million
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
_DPI_FROM, _DPI_TO = 100, 1200  # what a scanner writes; cameras and screens write 72 or nothing


def extract_image(path: Path, data: bytes, language: str | None = None) -> Extract:
    """The words of a picture, page by page where it has several.

    :param language: the one to expect (ISO 639-1), where somebody knows it.
    :raises DocumentError: ``wrong-format``, ``unreadable``, ``too-large``, ``ocr-missing``, or ``empty`` without words.
    """
    frames = _frames(path, data)
    reader: ScanReader | None = None
    scans: list[tuple[int, Recognised]] = []
    findings: list[Finding] = []
    for number, (frame, dpi) in enumerate(frames, start=1):
        if number > MAX_PAGES:
            said = f"only the first {MAX_PAGES} pages were read; split the file"
            findings.append(Finding(path.name, "too-many-scans", said))
            break
        reader = reader or ScanReader(path.name, language)
        found = reader.read(frame, number, dpi)
        if found is not None:
            scans.append((number, found))
    findings += reader.findings() if reader else []
    if not scans:
        reasons = (
            "; ".join(finding.message for finding in findings) or "it may be a photograph; remove it, or scan it again"
        )
        raise DocumentError("empty", f"{path.name}: no words were found in the picture: {reasons}")
    return Extract(page_blocks(laid_out(scans), {}), "", {}, findings)


def _frames(path: Path, data: bytes) -> Iterator[tuple[Image, int | None]]:
    """Each page, the way up that its camera says, and its resolution where that is believable."""
    import PIL.Image
    from PIL import ImageOps, ImageSequence, UnidentifiedImageError

    formats: tuple[str, ...] = _FORMATS
    if path.suffix.lower() in (".heic", ".heif"):
        import pi_heif  # type: ignore[import-untyped]  # it has no types

        pi_heif.register_heif_opener(thumbnails=False)
        formats = (*_FORMATS, "HEIF")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)  # the limit below is lower
            image = PIL.Image.open(io.BytesIO(data), formats=formats)
        paged = image.format == "TIFF"  # the frames of other formats are an animation
        for frame in ImageSequence.Iterator(image) if paged else [image]:
            _check_size(path, frame.size)
            yield ImageOps.exif_transpose(frame), _dpi(frame)
    except UnidentifiedImageError as error:
        kind = actual_type(data)
        if kind and canonical_suffix(kind[1]) == canonical_suffix(path.suffix):
            raise _damaged(path, error) from error
        raise wrong_format(path, data) from error
    except PIL.Image.DecompressionBombError as error:
        raise _too_large(path) from error
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, ArithmeticError) as error:
        raise _damaged(path, error) from error


def _check_size(path: Path, size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise _too_large(path)


def _damaged(path: Path, error: Exception) -> DocumentError:
    reason = "cut off" if "truncated" in str(error) else "not readable as a picture"
    return DocumentError("unreadable", f"{path.name}: damaged, {reason}; save or scan it again")


def _too_large(path: Path) -> DocumentError:
    limit = f"more than {MAX_PIXELS // 1_000_000} megapixels"
    return DocumentError("too-large", f"{path.name}: {limit} on one page; scan it at 300 dpi")


def _dpi(frame: Image) -> int | None:
    given = frame.info.get("dpi")
    value = given[0] if isinstance(given, tuple) and given else 0
    try:
        dpi = round(float(value))
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return dpi if _DPI_FROM <= dpi <= _DPI_TO else None
