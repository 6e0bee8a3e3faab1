"""What a PDF says of itself: its information dictionary and its XMP packet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

_MAX_BYTES = 1_000_000  # of an XMP packet
_ESCAPED = re.compile(r"(?:_x|ↂ)([0-9A-Fa-f]{4})_?")  # what cannot stand in an XML name, as writers of XMP do it
_NOT_READ = ("title", "subject", "keywords", "creator", "producer", "creationdate", "moddate", "trapped", "language")


def pdf_properties(document: PDFDocument) -> list[tuple[str, str]]:
    """Names and values, as written. In a PDF, ``Creator`` is the program and ``Author`` the person."""
    return [*_information(document), *_packet(document)]


def _information(document: PDFDocument) -> Iterator[tuple[str, str]]:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    for info in document.info:
        for name, raw in info.items():
            value = resolve1(raw)
            if isinstance(value, bytes) and value and str(name).lower() not in _NOT_READ:
                yield _plain(str(name)), decode_text(value)


def _packet(document: PDFDocument) -> Iterator[tuple[str, str]]:
    from lxml import etree
    from pdfminer.pdftypes import PDFStream, resolve1

    stream = resolve1(document.catalog.get("Metadata"))
    if not isinstance(stream, PDFStream):
        return
    raw = stream.get_rawdata() or b""
    data = stream.get_data() if len(raw) <= _MAX_BYTES // 10 or not stream.get_filters() else b""
    if not 0 < len(data) <= _MAX_BYTES:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data.strip(b"\x00 \r\n\t"), parser)
    except etree.XMLSyntaxError:
        return
    for description in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"):
        for name, value in description.attrib.items():
            yield from _property(name, value)
        for node in description:
            if isinstance(node.tag, str):
                texts = [
                    text for each in node.iter() if isinstance(each.tag, str) and (text := (each.text or "").strip())
                ]
                yield from _property(node.tag, ", ".join(texts))


def _property(tag: Any, value: str) -> Iterator[tuple[str, str]]:
    namespace, _, name = str(tag).rpartition("}")
    # dc:creator is the person; xmp:CreatorTool the program.
    if value and (name.lower() not in _NOT_READ or (name == "creator" and "purl.org/dc/" in namespace)):
        yield _plain(name), value


def _plain(name: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), name)
