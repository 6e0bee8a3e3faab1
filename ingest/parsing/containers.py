"""Zip containers (docx, xlsx, pptx, odt, epub), looked through before any parser opens them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.sniffing import OLE, actual_type, is_encrypted_office, wrong_format

MAX_UNPACKED_BYTES = 600_000_000
MAX_MEMBERS = 20_000
# Sheets of repeated rows shrink to a fiftieth; what shrinks to a 250th and is large was made to.
MAX_RATIO = 250
_SMALL = 20_000_000  # bytes; below it the ratio does not matter

_XML_SUFFIXES = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx", ".svg", ".vml")
# Also as an encoding that is not a superset of ASCII would write it.
_ENTITY = tuple("<!ENTITY".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']""")
_PLAIN_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii", b"utf-16", b"windows-", b"iso-8859-", b"latin")
_BLOCK = 1 << 20
_ODF_ENCRYPTION = b"encryption-data"
_EPUB_CONTENT_ENCRYPTION = re.compile(rb"xmlenc#(?:aes|tripledes|kw-)|adept|fairplay", re.IGNORECASE)


def check_zip(path: Path, data: bytes, member: str) -> list[Finding]:
    """Whether the bytes are the zip container their suffix promises, with ``member`` inside, and harmless to unpack.

    Everything is unpacked once, in blocks, against the sizes the container declares: what lies about them, or is cut
    off, is refused here and not by whichever parser meets it.

    :return: ``macros`` where there are any; they are never run.
    :raises DocumentError: ``encrypted``, ``wrong-format``, ``unreadable``, ``zip-bomb``, ``too-large``,
        ``xml-entities`` or ``path-traversal``.
    """
    if is_encrypted_office(data):
        raise _encrypted(path)
    if data.startswith(OLE):
        kind = path.suffix.lstrip(".").lower()
        found = actual_type(data)
        raise DocumentError(
            "wrong-format", f"{path.name}: {found[0] if found else 'an old Office file'}; save it as .{kind} again"
        )
    if not data.startswith(b"PK"):
        raise wrong_format(path, data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(path, members, member, data)
            for info in members:
                _check_member(path, archive, info)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        what = "damaged or cut off" if not isinstance(error, NotImplementedError) else "packed in an unknown way"
        raise DocumentError("unreadable", f"{path.name}: {what} ({error}); restore it or save it again") from error
    if any(info.filename.lower().endswith("vbaproject.bin") for info in members):
        message = "holds macros, which were neither run nor read; save it without them if they are not meant to be here"
        return [Finding(path.name, "macros", message)]
    return []


def _check_members(path: Path, members: list[zipfile.ZipInfo], member: str, data: bytes) -> None:
    if member not in {info.filename for info in members}:
        raise wrong_format(path, data)
    for info in members:
        if _leads_out(info.orig_filename):
            shown = "".join(c if c.isprintable() else "?" for c in info.orig_filename[-80:])
            raise DocumentError(
                "path-traversal",
                f"{path.name}: an entry is to be unpacked outside of its folder (“{shown}”), as attacks do; leave it "
                "out, or save it again with the program it comes from",
            )
    if any(info.flag_bits & 1 for info in members):
        raise _encrypted(path)
    if len(members) > MAX_MEMBERS:
        raise DocumentError("zip-bomb", f"{path.name}: holds {len(members)} files; leave it out or save it again")
    unpacked = sum(info.file_size for info in members)
    for info in members:
        if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise _bomb(path, info.file_size, info.compress_size)
    if unpacked > MAX_RATIO * len(data) and unpacked > _SMALL:
        raise _bomb(path, unpacked, len(data))
    if unpacked > MAX_UNPACKED_BYTES:
        limit = f"{MAX_UNPACKED_BYTES / 1e6:.0f} MB"
        raise DocumentError(
            "too-large", f"{path.name}: unpacks to {unpacked / 1e6:.0f} MB, the limit is {limit}; split it"
        )


def _check_member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Unpacks one member to nowhere: its length and checksum are those declared, and its XML declares no entities."""
    name = info.filename.lower()
    is_xml = name.endswith(_XML_SUFFIXES)
    for first, block in _blocks(archive, info):
        if is_xml and any(mark in block for mark in _ENTITY):
            raise _entities(path, info.filename)
        if not first:
            continue
        declared = _ENCODING.match(block) if is_xml else None
        if declared and not declared[1].lower().startswith(_PLAIN_ENCODINGS):  # UTF-7 and the like, to hide things in
            raise _entities(path, info.filename)
        if name == "meta-inf/manifest.xml" and _ODF_ENCRYPTION in block:
            raise _encrypted(path)
        if name == "meta-inf/encryption.xml" and _EPUB_CONTENT_ENCRYPTION.search(block):
            raise _encrypted(path)


def _blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[tuple[bool, bytes]]:
    """The member's content in blocks, each with the end of the one before it."""
    tail, first = b"", True
    with archive.open(info) as stream:
        while block := stream.read(_BLOCK):
            yield first, tail + block
            tail, first = block[-40:], False


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or "\x00" in name or bool(re.match(r"[A-Za-z]:", name))


def _encrypted(path: Path) -> DocumentError:
    return DocumentError("encrypted", f"{path.name}: protected by a password; save a copy without one")


def _bomb(path: Path, unpacked: int, packed: int) -> DocumentError:
    what = f"{packed / 1e6:.1f} MB that unpack to {unpacked / 1e6:.0f} MB, made to exhaust whoever opens it"
    return DocumentError("zip-bomb", f"{path.name}: {what}; leave it out")


def _entities(path: Path, member: str) -> DocumentError:
    what = f"{member} declares XML entities, which documents do not need and attacks use"
    return DocumentError("xml-entities", f"{path.name}: {what}; save it again with the program it comes from")
