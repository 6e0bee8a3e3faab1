"""PDF pages that are pictures: which they are, and their words by text recognition in place of none."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.ocr.layout import laid_out
from ingest.parsing.ocr.pages import MAX_PAGES, Recognised, ScanReader
from ingest.parsing.pdf.page import Page, walk

if TYPE_CHECKING:
    from pdfminer.layout import LTComponent, LTPage
    from PIL.Image import Image

_POINTS = 72.0  # an inch
_LEAST_DPI, _MOST_DPI = 150.0, 300.0
_MOST_PIXELS = 20_000_000  # of a rendered page; A3 at 300 dpi has 17 million
MOST_PICTURE_PIXELS = 200_000_000  # of a picture inside a page
_STAMP = 80  # characters: a scanner's stamp, a page number or a mark of reception on an otherwise typed nothing
_MOSTLY, _SOME = 0.5, 0.04  # of the page's area
_OUTLINES = 150  # curves: letters that a program has drawn as shapes
_UNMAPPED = 20  # glyphs of which the file does not say which letters they are

_PDFIUM = threading.Lock()  # pdfium is not safe with threads


@dataclass(frozen=True, slots=True)
class Picture:
    """A page without text but with something to see: the resolution it was scanned at, and its largest picture."""

    dpi: float
    pixels: int


def picture_of(layout: LTPage, page: Page) -> Picture | None:
    """What there is to recognise on a page; None for one whose text is enough, and for a blank one."""
    from pdfminer.layout import LTChar, LTCurve, LTImage, LTTextLine

    typed = sum(len(glyph.text.strip()) for line in page.lines for glyph in line.glyphs)
    if typed > _STAMP:
        return None
    items = list(walk(layout))
    images = [item for item in items if isinstance(item, LTImage)]
    covered = sum(_area(image) for image in images) / max(1.0, layout.width * layout.height)
    if not (covered >= _MOSTLY or (not typed and covered >= _SOME)):
        curves = sum(isinstance(item, LTCurve) and item.height < 0.1 * layout.height for item in items)
        glyphs = [char for item in items if isinstance(item, LTTextLine) for char in item if isinstance(char, LTChar)]
        unmapped = sum(glyph.get_text().startswith("(cid:") for glyph in glyphs)
        if unmapped < _UNMAPPED and (typed or curves < _OUTLINES):
            return None
    sizes = [(image.srcsize, image) for image in images if all(isinstance(side, int) for side in image.srcsize)]
    dpi = max((size[0] / max(1.0, image.width) * _POINTS for size, image in sizes), default=_MOST_DPI)
    return Picture(min(max(dpi, _LEAST_DPI), _MOST_DPI), max((size[0] * size[1] for size, _ in sizes), default=0))


def read_scans(
    path: Path, data: bytes, pages: list[Page], pictures: Mapping[int, Picture], language: str | None
) -> list[Finding]:
    """Put the words of the pictured pages into ``pages``; what operations should know of it.

    :param pictures: by page number, from 1.
    :raises DocumentError: ``ocr-missing`` when no page could be read and the document has no other text.
    """
    findings: list[Finding] = []
    wanted = [number for number in sorted(pictures) if pictures[number].pixels <= MOST_PICTURE_PIXELS]
    if too_large := len(pictures) - len(wanted):
        said = (
            f"{too_large} pages with pictures of more than {MOST_PICTURE_PIXELS // 1_000_000} megapixels were not read"
        )
        findings.append(Finding(path.name, "too-large", f"{said}; scan them at 300 dpi"))
    if len(wanted) > MAX_PAGES:
        said = f"the first {MAX_PAGES} of {len(wanted)} scanned pages were read; split the file"
        findings.append(Finding(path.name, "too-many-scans", said))
        wanted = wanted[:MAX_PAGES]
    try:
        scans, more = _recognised(path, data, {number: pictures[number] for number in wanted}, language)
    except DocumentError as error:
        if error.code != "ocr-missing" or not any(page.lines for page in pages if page.number not in pictures):
            raise
        said = (
            str(error)
            .removeprefix(f"{path.name}: ")
            .replace("a scan", f"{len(wanted)} scanned page{'s' * (len(wanted) > 1)} left out", 1)
        )
        return [*findings, Finding(path.name, "ocr-missing", said)]
    for page in laid_out(scans):
        page.hidden = pages[page.number - 1].hidden
        pages[page.number - 1] = page
    return findings + more


def _recognised(
    path: Path, data: bytes, pictures: Mapping[int, Picture], language: str | None
) -> tuple[list[tuple[int, Recognised]], list[Finding]]:
    if not pictures:
        return [], []
    reader = ScanReader(path.name, language)
    scans: list[tuple[int, Recognised]] = []
    missing: list[tuple[int, DocumentError]] = []
    for number, image, dpi in _rendered(path, data, pictures):
        try:
            found = reader.read(image, number, round(dpi))
        except DocumentError as error:  # no pack for the script of this one page
            missing.append((number, error))
            continue
        if found is not None:
            scans.append((number, found))
    findings = reader.findings()
    if missing and not scans:
        raise missing[0][1]
    for number, reason in missing:
        said = str(reason).removeprefix(f"{path.name}: ").replace("a scan", f"page {number} left out", 1)
        findings.append(Finding(path.name, reason.code, said))
    return scans, findings


def _rendered(path: Path, data: bytes, pictures: Mapping[int, Picture]) -> Iterator[tuple[int, Image, float]]:
    """Each page's number, its grey picture and its resolution in dots an inch."""
    import pypdfium2  # type: ignore[import-untyped]  # it has no types

    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(data)
        try:
            for number, picture in pictures.items():
                with _PDFIUM:
                    page = document[number - 1]
                    inches = max(1e-3, page.get_width() * page.get_height() / _POINTS**2)
                    dpi = min(picture.dpi, (_MOST_PIXELS / inches) ** 0.5)
                    bitmap = page.render(scale=dpi / _POINTS, grayscale=True)
                    image = bitmap.to_pil().copy()
                    bitmap.close()
                    page.close()
                yield number, image, dpi
        finally:
            with _PDFIUM:
                document.close()
    except (pypdfium2.PdfiumError, IndexError) as error:
        message = f"{path.name}: damaged PDF, its scanned pages cannot be drawn ({error}); print it to PDF again"
        raise DocumentError("unreadable", message) from error


def _area(image: LTComponent) -> float:
    return float(max(0.0, image.width) * max(0.0, image.height))
