"""Zip containers rebuilt with something else inside."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

import docx
import openpyxl
import pptx
import pypandoc  # type: ignore[import-untyped]  # the package carries no types

SENTENCE = "Returns are accepted within thirty days of delivery."


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    document.add_heading("Returns")
    for paragraph in paragraphs or (SENTENCE,):
        document.add_paragraph(paragraph)
    return _saved(document)


def workbook(rows: list[list[object]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or [["Country", "Fee"], ["France", 12], ["Spain", 14]]:
        book.active.append(row)
    return _saved(book)


def slides() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Returns"
    slide.placeholders[1].text = SENTENCE
    return _saved(presentation)


def by_pandoc(kind: str, text: str = f"# Returns\n\n{SENTENCE}\n") -> bytes:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a.{kind}")
        arguments = ["--standalone", "--metadata=title:Returns"]
        pypandoc.convert_text(text, kind, format="markdown", outputfile=str(path), extra_args=arguments)
        return path.read_bytes()


def rebuilt(data: bytes, replace: Mapping[str, bytes] | None = None, add: Mapping[str, bytes] | None = None) -> bytes:
    """The container with members replaced (by what they are called) and added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, (replace or {}).get(info.filename, old.read(info)))
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return buffer.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def with_entities(data: bytes, name: str, declarations: str, use: str, before: bytes) -> bytes:
    """The container with a document type in front of one of its members, and an entity used before a text."""
    xml = member(data, name)
    head, mark, body = xml.partition(b"?>") if xml.startswith(b"<?xml") else (b"", b"", xml)
    root = body.lstrip()[1:].split(None, 1)[0].decode()
    changed = body.replace(before, f"&{use};".encode() + before, 1)
    return rebuilt(data, {name: head + mark + f"<!DOCTYPE {root} [{declarations}]>".encode() + changed})


def with_encryption_flags(data: bytes) -> bytes:
    """The container with every member marked as encrypted."""
    out = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(signature)
        while at >= 0:
            out[at + offset] |= 1
            at = out.find(signature, at + 4)
    return bytes(out)


def with_false_sizes(data: bytes, name: str) -> bytes:
    """The container with one member said to unpack to 100 bytes, as bombs do to pass a look at the list."""
    out = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        local = archive.getinfo(name).header_offset
    struct.pack_into("<I", out, local + 22, 100)
    at = out.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", out, at + 28)[0]
        if out[at + 46 : at + 46 + length] == name.encode():
            struct.pack_into("<I", out, at + 24, 100)
        at = out.find(b"PK\x01\x02", at + 4)
    return bytes(out)


def _saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]  # each of the three libraries has it
    return buffer.getvalue()
