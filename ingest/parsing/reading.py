"""Bytes of a file, checked before anything takes them apart, and decoded."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.sniffing import check_is_text

MAX_BYTES = 100_000_000
MAX_CHARACTERS = 20_000_000  # of one document's text: seven thousand pages

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"))
_BOMS_16 = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"""(?i)(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_.:-]{3,30})""")
# Not how anybody stores a page; some take quadratic time, one of them runs escapes.
_NO_ENCODINGS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined", "mbcs"})
_NOTHING = b"\x00 \t\r\n\x0b\x0c"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_REPLACED = "\ufffd"
_MOST_CONTROLS = 0.02  # share of characters; more of them are binary data
_MOST_REPLACED = 0.02  # of the characters outside ASCII


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    :raises DocumentError: ``unreadable``, ``empty`` or ``too-large``.
    """
    try:
        check_size(path.name, path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be opened").lower()
        raise DocumentError("unreadable", f"{path.name}: {reason}; check the path and its permissions") from error
    check_bytes(path.name, data)
    return data


def check_bytes(name: str, data: bytes) -> None:
    """Whether there is something to read, and not too much.

    :raises DocumentError: ``empty`` or ``too-large``.
    """
    check_size(name, len(data))
    if not data.strip(_NOTHING):
        what = "nothing but zeros, perhaps a failed download" if b"\x00" in data else "the file is empty"
        raise DocumentError("empty", f"{name}: {what}; remove it or put the text in")


def check_size(name: str, size: int) -> None:
    """:raises DocumentError: ``too-large``."""
    if size > MAX_BYTES:
        raise DocumentError(
            "too-large", f"{name}: {size / 1e6:.0f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB; split the file"
        )


def check_length(name: str, text: str) -> None:
    """:raises DocumentError: ``too-large``."""
    if len(text) > MAX_CHARACTERS:
        limit = f"{MAX_CHARACTERS / 1e6:.0f} million"
        what = f"{len(text) / 1e6:.0f} million characters of text, the limit is {limit}"
        raise DocumentError("too-large", f"{name}: {what}; split it, or leave it out if it is no document")


def decode(path: Path, data: bytes, *, markup: bool = False) -> tuple[str, list[Finding]]:
    """The text of the bytes, by its byte order mark, as UTF-8, as it declares, or as a guess that is reported.

    :param markup: whether the bytes may declare their encoding, as HTML does.
    :raises DocumentError: ``wrong-format`` when they are no text, ``too-large`` when it is too much.
    """
    check_is_text(path, data)
    text, findings = _decoded(path, data, markup=markup)
    check_length(path.name, text)
    if len(_CONTROLS.findall(text, 0, 200_000)) > _MOST_CONTROLS * min(len(text), 200_000):
        raise _binary(path)
    return text, findings


def _decoded(path: Path, data: bytes, *, markup: bool) -> tuple[str, list[Finding]]:
    for bom, encoding in (*_BOMS, *_BOMS_16):
        if data.startswith(bom):
            return _strictly(path, data, encoding), []
    if b"\x00" in data[:4096]:
        try:
            return data.decode(_utf16_without_mark(data[:4096])), []
        except (LookupError, UnicodeDecodeError) as error:
            raise _binary(path) from error
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    if markup and (declared := _declared(data)):
        try:
            return data.decode(declared), []
        except UnicodeError:
            pass
    text = data.decode("utf-8", errors="replace")
    if replaced := _few_replaced(text):
        message = f"{replaced} places are not UTF-8 as the rest is, and are shown as {_REPLACED}; save it as UTF-8"
        return text, [Finding(path.name, "encoding-damaged", message)]
    encoding = _guess(data)
    finding = Finding(path.name, "encoding-guessed", f"not UTF-8; read as {encoding}: check it, or save it as UTF-8")
    return data.decode(encoding, errors="replace"), [finding]


def _binary(path: Path) -> DocumentError:
    return DocumentError("wrong-format", f"{path.name}: binary data, not text; check the file's type")


def _strictly(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError("unreadable", f"{path.name}: damaged {encoding} text; save it as UTF-8") from error


def _declared(data: bytes) -> str:
    """The name of the encoding the markup declares; empty when there is none that pages are written in."""
    match = _DECLARED.search(data[:4096])
    if match is None:
        return ""
    try:
        codec = codecs.lookup(match[1].decode("ascii"))
    except LookupError:
        return ""
    # The codecs that are no text encodings, zip among them, are refused by bytes.decode with a LookupError.
    is_text = getattr(codec, "_is_text_encoding", True)
    return codec.name if is_text and codec.name.replace("_", "-") not in _NO_ENCODINGS else ""


def _few_replaced(text: str) -> int:
    """How many characters of a text that is otherwise good UTF-8 could not be decoded; 0 when it is no UTF-8."""
    replaced = text.count(_REPLACED)
    foreign = sum(map(len, re.findall(r"[^\x00-\x7f]+", text))) - replaced
    return replaced if replaced <= max(_MOST_REPLACED * foreign, 1) and foreign > 3 * replaced else 0


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
