"""Archives for tests, good ones and such as nobody should open."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

MODES = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}
SUFFIXES = (".zip", *MODES)


def pack(file: Path, members: Mapping[str, bytes | str]) -> Path:
    """An ordinary archive of the kind that its name says."""
    file.write_bytes(packed(file.name, members))
    return file


def packed(name: str, members: Mapping[str, bytes | str]) -> bytes:
    contents = {path: each.encode() if isinstance(each, str) else each for path, each in members.items()}
    if name.endswith(".zip"):
        return zipped(list(contents.items()))
    buffer = io.BytesIO()
    mode = next(mode for suffix, mode in MODES.items() if name.endswith(suffix))
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]  # the mode is a variable
        for path, content in contents.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip whose names may occur twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, content in members:
            archive.writestr(path, content)
    return buffer.getvalue()


def zipped_raw(names: list[bytes], content: bytes) -> bytes:
    """A zip as old programs write it: names as bytes, and no word about their encoding."""
    stand_ins = [chr(ord("A") + number) * len(name) for number, name in enumerate(names)]
    data = zipped([(name, content) for name in stand_ins], zipfile.ZIP_STORED)
    for stand_in, name in zip(stand_ins, names, strict=True):
        data = data.replace(stand_in.encode(), name)
    return data


def zipped_with_flag(name: str, content: bytes, flag: int) -> bytes:
    """A zip whose one member carries a flag, such as 1 for encrypted."""
    data = bytearray(zipped([(name, content)]))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature) + at
        struct.pack_into("<H", data, place, struct.unpack_from("<H", data, place)[0] | flag)
    return bytes(data)
