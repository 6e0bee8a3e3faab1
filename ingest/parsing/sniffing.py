"""What bytes really are, whatever the file is called."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from ingest.errors import DocumentError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

# Signature at the beginning; what a person calls it, and the suffix it should have.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF", ".pdf"),
    (b"{\\rtf", "an RTF text", ".rtf"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", ".png"),
    (b"\xff\xd8\xff", "a JPEG image", ".jpg"),
    (b"GIF87a", "a GIF image", ".gif"),
    (b"GIF89a", "a GIF image", ".gif"),
    (b"II*\x00", "a TIFF image", ".tiff"),
    (b"MM\x00*", "a TIFF image", ".tiff"),
    (b"\x1f\x8b", "a gzip archive", ".gz"),
    *((b"BZh%d1AY&SY" % level, "a bzip2 archive", ".bz2") for level in range(1, 10)),
    (b"\xfd7zXZ\x00", "an xz archive", ".xz"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", ".zst"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", ".7z"),
    (b"Rar!\x1a\x07", "a RAR archive", ".rar"),
    (b"\x7fELF", "a program", ""),
    (b"MZ\x90\x00", "a program", ".exe"),
    (b"\xca\xfe\xba\xbe", "a program", ".class"),
    (b"\x00asm", "a program", ".wasm"),
    (b"SQLite format 3\x00", "a database", ".sqlite"),
    (b"OggS", "a sound recording", ".ogg"),
    *((b"ID3" + version, "a sound recording", ".mp3") for version in (b"\x02\x00", b"\x03\x00", b"\x04\x00")),
    (b"fLaC", "a sound recording", ".flac"),
    (b"\x1aE\xdf\xa3", "a video", ".mkv"),
)
_BRANDS = {b"heic": ".heic", b"heix": ".heic", b"mif1": ".heic", b"avif": ".avif"}
_RIFF = {b"WEBP": ("a WebP image", ".webp"), b"WAVE": ("a sound recording", ".wav"), b"AVI ": ("a video", ".avi")}
_MEMBERS = (
    ("word/document.xml", "a Word document", ".docx"),
    ("xl/workbook.xml", "an Excel workbook", ".xlsx"),
    ("xl/workbook.bin", "a binary Excel workbook", ".xlsb"),
    ("ppt/presentation.xml", "a PowerPoint presentation", ".pptx"),
)
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": ("an OpenDocument text", ".odt"),
    b"application/vnd.oasis.opendocument.spreadsheet": ("an OpenDocument spreadsheet", ".ods"),
    b"application/vnd.oasis.opendocument.presentation": ("an OpenDocument presentation", ".odp"),
    b"application/epub+zip": ("an EPUB book", ".epub"),
}
_OLE_STREAMS = (
    ("WordDocument", "an old Word document", ".doc"),
    ("Workbook", "an old Excel workbook", ".xls"),
    ("PowerPoint Document", "an old PowerPoint presentation", ".ppt"),
    ("__substg1.0_", "an Outlook message", ".msg"),
)
_HTML = re.compile(rb"(?i)\s*(?:<!doctype\s+html|<html[\s>])")
_XML = re.compile(rb"\s*<\?xml\s")

_ALIASES = {".jpeg": ".jpg", ".jpe": ".jpg", ".tif": ".tiff", ".heif": ".heic", ".docm": ".docx", ".xlsm": ".xlsx"}
_ALIASES |= {".pptm": ".pptx", ".htm": ".html", ".xhtml": ".html"}


def actual_type(data: bytes) -> tuple[str, str] | None:
    """What the bytes are, in words, and the suffix for it (which may be empty); None for text and the unknown."""
    head = data[:64]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(data)
    if head.startswith(OLE):
        return _ole_type(data)
    for signature, words, suffix in _SIGNATURES:
        if head.startswith(signature):
            return words, suffix
    if head[4:8] == b"ftyp":
        brand = _BRANDS.get(head[8:12])
        return ("a photograph", brand) if brand else ("a video", ".mp4")
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head.startswith(b"BM") and len(data) > 26 and int.from_bytes(data[2:6], "little") == len(data):
        return "a bitmap image", ".bmp"
    if data[257:262] == b"ustar":
        return "a tar archive", ".tar"
    return None


def wrong_format(path: Path, data: bytes) -> DocumentError:
    """The error for bytes that are not what the name's suffix says."""
    wanted = path.suffix.lower()
    found = actual_type(data) or _text_type(data)
    if found is None:
        return DocumentError("wrong-format", f"{path.name}: not a {wanted} file; check what it is and rename it")
    words, suffix = found
    advice = f"rename it to end in {suffix}" if suffix and suffix != wanted else "restore it or leave it out"
    return DocumentError("wrong-format", f"{path.name}: not a {wanted} file but {words}; {advice}")


def check_is_text(path: Path, data: bytes) -> None:
    """Whether a file that should be text is not something else under a text's name.

    :raises DocumentError: ``wrong-format``, saying what it is.
    """
    if actual_type(data) is not None:
        raise wrong_format(path, data)


def canonical_suffix(suffix: str) -> str:
    """One suffix for each type, in lower case: ``.jpg`` for ``.JPEG``."""
    return _ALIASES.get(suffix.lower(), suffix.lower())


def is_encrypted_office(data: bytes) -> bool:
    """Whether the bytes are an Office file behind a password: a package inside an OLE container."""
    return data.startswith(OLE) and _ENCRYPTED_PACKAGE in data


def _text_type(data: bytes) -> tuple[str, str] | None:
    if _HTML.match(data[:1000]):
        return "a web page", ".html"
    if _XML.match(data[:1000]):
        return "XML", ".xml"
    if b"\x00" not in data[:4096]:
        try:
            data[:4096].decode("utf-8", errors="strict")
        except UnicodeDecodeError as error:
            if error.start < min(len(data), 4096) - 4:  # not merely a character cut in two
                return None
        return "plain text", ".txt"
    return None


def _zip_type(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            for member, words, suffix in _MEMBERS:
                if member in names:
                    return words, suffix
            if "mimetype" in names and not archive.getinfo("mimetype").flag_bits & 1:
                with archive.open("mimetype") as stream:
                    return _MIMETYPES.get(stream.read(200).strip(), ("a zip archive", ".zip"))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "a damaged zip archive", ".zip"
    return "a zip archive", ".zip"


def _ole_type(data: bytes) -> tuple[str, str]:
    for stream, words, suffix in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return words, suffix
    return "an old Office file", ""
