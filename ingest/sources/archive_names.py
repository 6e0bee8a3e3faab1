"""Names inside of archives: decoded, and refused where they would lead out of it."""

from __future__ import annotations

import re
import struct
import zlib
from zipfile import ZipInfo

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field with the name in UTF-8
_DRIVE = re.compile(r"[A-Za-z]:")
_KANA = re.compile(r"[\u3041-\u30ff]")
_EAST_ASIAN_RUN = re.compile(r"[\u3005\u3041-\u30ff\u4e00-\u9fff]{2}")
_EAST_ASIAN = re.compile(r"[\x00-\x7f\u3000-\u30ff\u4e00-\u9fff\uff01-\uff65]*")


class UnsafeNameError(ValueError):
    """A name that leads out of its archive."""


def safe_path(name: str) -> str:
    """The member's path with ``/``, or an error when it is absolute or climbs.

    :raises UnsafeNameError: it could name something outside of the archive.
    """
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts or "\x00" in path or not parts:
        raise UnsafeNameError(name)
    return "/".join(parts)


def is_hidden(path: str) -> bool:
    """Whether a part of the path is hidden, left open by an editor, or what a Mac adds."""
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in path.split("/"))


def zip_name(info: ZipInfo) -> str:
    """The member's name as whoever packed it saw it; many programs do not say in which encoding it is."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG:
        return name
    raw = name.encode("cp437")
    return _unicode_path(info.extra, raw) or decoded(raw, "cp437")


def tar_name(name: str) -> str:
    """The member's name; ``tarfile`` keeps bytes that are not UTF-8 as halves of characters."""
    return decoded(name.encode("utf-8", "surrogateescape"), "cp1252")


def decoded(raw: bytes, fallback: str) -> str:
    """A name as UTF-8, Shift-JIS or GBK where it can be nothing else, or in the ``fallback`` encoding."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    japanese = _east_asian(raw, "cp932")
    chinese = _east_asian(raw, "gbk")
    if japanese and chinese:
        # Both are possible: kana are never left out for long in Japanese; common hanzi lie in these rows of GBK.
        common = all(0xB0 <= byte <= 0xD7 for byte in _lead_bytes(raw))
        return chinese if common and not _KANA.search(japanese) else japanese
    return japanese or chinese or raw.decode(fallback, "replace")


def _east_asian(raw: bytes, encoding: str) -> str | None:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if _EAST_ASIAN.fullmatch(text) and _EAST_ASIAN_RUN.search(text) else None


def _lead_bytes(raw: bytes) -> list[int]:
    leads, at = [], 0
    while at < len(raw):
        if raw[at] > 0x7F:
            leads.append(raw[at])
            at += 1
        at += 1
    return leads


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        data = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(data) > 5 and struct.unpack_from("<L", data, 1)[0] == zlib.crc32(raw):
            try:
                return data[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + size
    return None
