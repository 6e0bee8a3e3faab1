"""Bytes of a file, checked before anything takes them apart, and decoded."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ingest.documents import Finding
from ingest.errors import DocumentError

MAX_BYTES = 100_000_000
MAX_UNPACKED_BYTES = 600_000_000  # of a zip container: docx, xlsx, pptx, odt, epub

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"))
_BOMS_16 = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"""(?i)(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_.:-]{3,30})""")


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    :raises DocumentError: ``unreadable``, ``empty`` or ``too-large``.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(
                "too-large", f"{path.name}: {size / 1e6:.0f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB; split the file"
            )
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be opened").lower()
        raise DocumentError("unreadable", f"{path.name}: {reason}; check the path and its permissions") from error
    if not data.strip():
        raise DocumentError("empty", f"{path.name}: the file is empty; remove it or put the text in")
    return data


def check_zip(path: Path, data: bytes, member: str) -> None:
    """Whether the bytes are the zip container their suffix promises, with ``member`` inside.

    :raises DocumentError: ``encrypted``, ``wrong-format``, ``unreadable`` or ``too-large``.
    """
    kind = path.suffix.lstrip(".").lower()
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DocumentError("encrypted", f"{path.name}: protected by a password; save a copy without one")
        raise DocumentError("wrong-format", f"{path.name}: an old Office file; save it as .{kind} again")
    if not data.startswith(b"PK"):
        raise DocumentError("wrong-format", f"{path.name}: not a .{kind} file; check what it is and rename it")
    import io

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DocumentError("unreadable", f"{path.name}: damaged ({error}); restore it or save it again") from error
    if member not in {info.filename for info in members}:
        raise DocumentError("wrong-format", f"{path.name}: not a .{kind} file; check what it is and rename it")
    if sum(info.file_size for info in members) > MAX_UNPACKED_BYTES:
        raise DocumentError("too-large", f"{path.name}: unpacks to more than {MAX_UNPACKED_BYTES / 1e6:.0f} MB")


def decode(path: Path, data: bytes, *, markup: bool = False) -> tuple[str, list[Finding]]:
    """The text of the bytes, by its byte order mark, as UTF-8, as it declares, or as a guess that is reported.

    :param markup: whether the bytes may declare their encoding, as HTML does.
    :raises DocumentError: ``wrong-format`` when they are no text.
    """
    for bom, encoding in (*_BOMS, *_BOMS_16):
        if data.startswith(bom):
            return _strictly(path, data, encoding), []
    if b"\x00" in data[:4096]:
        try:
            return data.decode(_utf16_without_mark(data[:4096])), []
        except (LookupError, UnicodeDecodeError) as error:
            message = f"{path.name}: binary data, not text; check the file's type"
            raise DocumentError("wrong-format", message) from error
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    if markup and (declared := _DECLARED.search(data[:4096])):
        try:
            return data.decode(declared[1].decode("ascii")), []
        except (LookupError, UnicodeDecodeError):
            pass
    encoding = _guess(data)
    finding = Finding(path.name, "encoding-guessed", f"not UTF-8; read as {encoding}: check it, or save it as UTF-8")
    return data.decode(encoding, errors="replace"), [finding]


def _strictly(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError("unreadable", f"{path.name}: damaged {encoding} text; save it as UTF-8") from error


def _utf16_without_mark(sample: bytes) -> str:
    """The byte order by where the zeros of Western letters are; an unknown codec's name when it is none."""
    half = len(sample) / 2
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.3 and even < 0.02:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.02 else "no-text"


def _guess(data: bytes) -> str:
    sample = data[:200_000]
    foreign = sum(byte > 0x7F for byte in sample)
    if foreign < 0.2 * len(sample):  # a Western text with some accents; too little for statistics
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"
