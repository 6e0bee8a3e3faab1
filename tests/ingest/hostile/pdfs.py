"""PDFs written by hand, so that each can be wrong in one way."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

import pikepdf


def text_pdf(*pages: str) -> bytes:
    """One line of ASCII text a page."""
    return pdf([f"BT /F1 12 Tf 72 700 Td ({page}) Tj ET".encode() for page in pages])


def pdf(contents: Sequence[bytes], count: int | None = None, filters: str = "", kids: str = "") -> bytes:
    """A PDF with a page for each content stream.

    :param count: what its page tree claims to hold.
    :param filters: of the streams, which are then given as they are stored.
    :param kids: the page tree's children, in place of the pages.
    """
    pages = [4 + 2 * index for index in range(len(contents))]
    kids = kids or " ".join(f"{page} 0 R" for page in pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents) if count is None else count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, content in enumerate(contents):
        stream = f"/Length {len(content)} {filters}".encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (5 + 2 * index)
        )
        objects.append(b"<< " + stream + b" >>\nstream\n" + content + b"\nendstream")
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    xref = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref))
    return out.getvalue()


def encrypted(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(buffer, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return buffer.getvalue()


def bomb(unpacked: int) -> bytes:
    """A page whose stream is packed twice and unpacks to so many bytes."""
    packer = zlib.compressobj(1)
    block = b" " * 10_000_000
    inner = b"".join(packer.compress(block) for _ in range(unpacked // len(block))) + packer.flush()
    return pdf([zlib.compress(inner, 9)], filters="/Filter [/FlateDecode /FlateDecode]")


def busy(operations: int) -> bytes:
    """A page that says so many times to do nothing, in a few kilobytes."""
    return pdf([zlib.compress(b"q Q " * operations, 1)], filters="/Filter /FlateDecode")
