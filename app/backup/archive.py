"""A backup as one file: a tar of plain files, the manifest first, compressed by Zstandard."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from app.backup.manifest import MOST_BYTES, NAME, Manifest, Member, read_manifest
from app.errors import AppUserError

SUFFIX = ".tar.zst"
_LEVEL = 3
_WINDOW = 1 << 27  # bytes; more memory than this no archive may ask for
_HEADERS = 4_096  # bytes that a file takes in a tar beside its own: header, long name, padding
_ENDING = 1 << 20  # bytes of zeros at the end, at most
_BLOCK = 1 << 20  # bytes read at a time


def pack(folder: Path, manifest: Manifest, file: Path) -> None:
    """Write the files of ``manifest``, which lie below ``folder``, into one file that only its owner may read."""
    import zstandard

    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as raw,
        zstandard.ZstdCompressor(level=_LEVEL).stream_writer(raw, closefd=False) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in (NAME, *(member.path for member in manifest.members)):
            header = tarfile.TarInfo(name)
            header.size, header.mode, header.mtime = (
                (folder / name).stat().st_size,
                0o600,
                int(manifest.taken_at.timestamp()),
            )
            with (folder / name).open("rb") as stream:
                tar.addfile(header, stream)


def unpack(source: Path, into: Path | None) -> Iterator[Manifest | Member]:
    """The manifest of a backup, then each file once it is written below ``into`` and is what was backed up.

    :param source: a file made by :func:`pack`, or a folder with the same content.
    :param into: an empty folder; nothing is written when None.
    :raises AppUserError: the backup is damaged, incomplete, or holds anything but the plain files of its manifest.
    """
    if source.is_dir():
        yield from _from_folder(source, into)
    else:
        yield from _from_file(source, into)


def _from_folder(source: Path, into: Path | None) -> Iterator[Manifest | Member]:
    with _opened(source, NAME) as stream:
        manifest = read_manifest(stream.read(MOST_BYTES), source)
    yield manifest
    for member in manifest.members:
        with _opened(source, member.path) as stream:
            _keep(stream, member, into, source)
        yield member


@contextmanager
def _opened(source: Path, name: str) -> Iterator[BinaryIO]:
    """A plain file in a folder; no link on the way to it is followed."""
    path = source
    try:
        for part in name.split("/"):
            path = path / part
            if stat.S_ISLNK(path.lstat().st_mode):
                raise AppUserError(f"{source.name}: {name} is a link, which no backup holds")
        if not stat.S_ISREG(path.lstat().st_mode):
            raise AppUserError(f"{source.name}: {name} is no plain file")
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise AppUserError(f"{source.name}: is no backup, or not a whole one: {name} is missing") from None


def _from_file(source: Path, into: Path | None) -> Iterator[Manifest | Member]:
    import zstandard

    try:
        with (
            source.open("rb") as raw,
            zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(raw) as stream,
        ):
            bounded = _Bounded(stream, MOST_BYTES + _HEADERS)
            with tarfile.open(fileobj=cast("BinaryIO", bounded), mode="r|") as tar:
                yield from _members(tar, bounded, source, into)
    except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        raise AppUserError(f"{source.name}: is damaged, or no backup: {' '.join(str(error).split())}") from error
    except FileNotFoundError:
        raise AppUserError(f"{source}: there is no such file") from None


def _members(tar: tarfile.TarFile, bounded: _Bounded, source: Path, into: Path | None) -> Iterator[Manifest | Member]:
    first = tar.next()
    if first is None or first.name != NAME or not first.isreg() or first.size > MOST_BYTES:
        raise AppUserError(f"{source.name}: is no backup of polydesk: its first file is not {NAME}")
    manifest = read_manifest(_content(tar, first).read(), source)
    bounded.left = manifest.size + (len(manifest.members) + 1) * _HEADERS + _ENDING
    yield manifest
    missing = {member.path: member for member in manifest.members}
    while (header := tar.next()) is not None:
        if not header.isreg():
            raise AppUserError(f"{source.name}: {header.name} is a link or no plain file, which no backup holds")
        member = missing.pop(header.name, None)
        if member is None:
            raise AppUserError(f"{source.name}: {header.name} is not in its manifest, or there twice")
        if header.size != member.size:
            raise AppUserError(f"{source.name}: {header.name} is not as long as when it was backed up")
        _keep(_content(tar, header), member, into, source)
        yield member
    if missing:
        raise AppUserError(f"{source.name}: is not whole: {min(missing)} is missing")


def _content(tar: tarfile.TarFile, header: tarfile.TarInfo) -> BinaryIO:
    return cast("BinaryIO", tar.extractfile(header) or io.BytesIO())


def _keep(stream: BinaryIO, member: Member, into: Path | None, source: Path) -> None:
    """Write a file, whose path the manifest has vouched for, and compare it with what was backed up."""
    digest, size = hashlib.sha256(), 0
    target = None if into is None else into / member.path
    descriptor = os.open(os.devnull, os.O_WRONLY)
    if target is not None:
        os.close(descriptor)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > member.size:
                break
            digest.update(block)
            written.write(block)
        if target is not None:
            written.flush()
            os.fsync(descriptor)
    if size != member.size or digest.hexdigest() != member.sha256:
        raise AppUserError(f"{source.name}: {member.path} is not what was backed up: take another backup")


class _Bounded:
    """A stream that gives no more than was promised: a small file may unpack to more than any disk holds."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self.left = most

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self.left -= len(block)
        if self.left < 0:
            raise tarfile.ReadError("it unpacks to more than its manifest says")
        return block
