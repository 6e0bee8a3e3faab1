"""The members of a zip or tar archive, one after another, each unpacked only while it is looked at."""

from __future__ import annotations

import gzip
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from ingest.errors import DocumentError
from ingest.sources.archive_budget import Budget, Counted, Decompressed, Readable
from ingest.sources.archive_names import UnsafeNameError, is_hidden, safe_path, tar_name, zip_name
from ingest.sources.placing import ARCHIVE_SUFFIXES

MAX_DEPTH = 2  # an archive in an archive, and no deeper
MAX_DIRECTORY = 16_000_000  # bytes of a zip's table of contents, which is read whole
_MAX_TAR_HEADER = 1_000_000  # bytes of an extended header, which is read whole
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    OverflowError,
    RecursionError,
)


class DamagedMemberError(Exception):
    """One member cannot be unpacked; the others can."""


@dataclass(frozen=True)
class Member:
    """One regular file in an archive.

    :param path: inside of the archive; below a nested one, after its own path and a slash.
    :param stream: its bytes; to be read before the next member is asked for. Raises :class:`DamagedMemberError`,
        or one of ``DAMAGE`` when nothing after it can be read either.
    """

    path: str
    stream: Readable


@dataclass(frozen=True)
class Refused:
    """A member that is not used, and why; ``message`` is what follows its name."""

    path: str
    code: str
    message: str


def is_archive(name: str) -> bool:
    """Whether a file of this name is read as an archive."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def members(file: IO[bytes], name: str, budget: Budget, depth: int = 1) -> Iterator[Member | Refused]:
    """What an archive holds, hidden members left out.

    :param file: seekable.
    :raises DocumentError: ``wrong-format``, ``unreadable`` or ``archive-bomb``; then none of it may be used.
    """
    try:
        for each in _zip(file, budget) if name.lower().endswith(".zip") else _tar(file, name, budget):
            if isinstance(each, Member) and is_archive(each.path):
                yield from _nested(each, budget, depth)
            else:
                yield each
    except DAMAGE as error:
        reason = str(error) or type(error).__name__
        message = f"{budget.shown}: damaged, or not what its name says ({reason}); pack it again"
        raise DocumentError("unreadable", message) from error


def _nested(outer: Member, budget: Budget, depth: int) -> Iterator[Member | Refused]:
    if depth >= MAX_DEPTH:
        message = f"an archive in an archive in an archive is not read; unpack {outer.path.rpartition('/')[2]}"
        yield Refused(outer.path, "nested-too-deeply", message)
        return
    with tempfile.TemporaryFile() as copy:
        try:
            while block := outer.stream.read(1 << 16):
                copy.write(block)
            copy.seek(0)
            for each in members(copy, outer.path, budget, depth + 1):
                path = f"{outer.path}/{each.path}"
                yield Member(path, each.stream) if isinstance(each, Member) else Refused(path, each.code, each.message)
        except DocumentError as error:
            if error.code == "archive-bomb":
                raise
            yield Refused(outer.path, error.code, "damaged, or not what its name says; pack it again")


def _zip(file: IO[bytes], budget: Budget) -> Iterator[Member | Refused]:
    _check_directory(file, budget)
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            name = zip_name(info)
            kind = info.external_attr >> 16 & 0o170000 if info.create_system == 3 else 0
            if info.is_dir() or kind == 0o040000:
                continue
            budget.count_member()
            try:
                path = safe_path(name)
            except UnsafeNameError:
                yield _unsafe(name)
                continue
            if is_hidden(path):
                continue
            if kind not in (0, 0o100000):
                yield Refused(path, "path-traversal", "a link or device in an archive is not followed; pack the file")
            elif info.flag_bits & 0x1:
                yield Refused(path, "encrypted", "protected by a password; pack it again without one")
            elif info.compress_type not in _METHODS:
                yield Refused(path, "unreadable", "packed in a way that is not read; pack it as an ordinary zip")
            else:
                yield from _zip_member(archive, info, path, budget)


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, budget: Budget
) -> Iterator[Member | Refused]:
    try:
        stream = archive.open(info)
    except DAMAGE as error:
        yield Refused(path, "unreadable", f"damaged ({error}); pack it again")
        return
    with stream:
        yield Member(path, _ZipStream(stream, budget))


class _ZipStream(Counted):
    def read(self, size: int = -1, /) -> bytes:
        """:raises DamagedMemberError: the member is damaged."""
        try:
            return super().read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise DamagedMemberError(str(error)) from error


def _check_directory(file: IO[bytes], budget: Budget) -> None:
    """Refuse a table of contents that would not fit into memory; ``zipfile`` reads it before anybody can count."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557 - 76))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise DocumentError("wrong-format", f"{budget.shown}: not a zip archive; check what it is and rename it")
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    if end >= 76 and tail[end - 20 : end - 16] == b"PK\x06\x07":
        length = max(length if length < 0xFFFFFFFF else 0, int.from_bytes(tail[end - 36 : end - 28], "little"))
    if length > MAX_DIRECTORY:
        message = f"{budget.shown}: its table of contents has more than {MAX_DIRECTORY / 1e6:.0f} MB; pack fewer files"
        raise DocumentError("archive-bomb", message)
    file.seek(0)


class _Header(tarfile.TarInfo):
    """Refuses what tarfile would take for the end, or read into memory whole, and sizes that are only claims."""

    _LONG = (
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    )

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        """:raises ValueError: the archive is cut off or damaged here."""
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # not in the type stubs
            raise
        except tarfile.HeaderError as error:
            raise ValueError(str(error)) from error

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:  # the hook that tarfile has for this
        if self.type in self._LONG and self.size > _MAX_TAR_HEADER:
            raise ValueError("a header is too long")
        if self.type == tarfile.GNUTYPE_SPARSE:
            raise ValueError("a file with holes in it")
        header: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]  # not in the type stubs
        return header

    def _proc_gnusparse_10(self, *_: object) -> None:
        raise ValueError("a file with holes in it")

    _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10


def _tar(file: IO[bytes], name: str, budget: Budget) -> Iterator[Member | Refused]:
    stream: Readable = file
    lower = name.lower()
    if lower.endswith((".gz", ".tgz")):
        stream = gzip.GzipFile(fileobj=file)
    elif lower.endswith((".bz2", ".tbz2", ".xz", ".txz")):
        stream = Decompressed(file, "bz2" if "b" in lower[-4:] else "xz")
    counted = Counted(stream, budget)  # everything, also what is skipped, has to be unpacked
    with tarfile.open(fileobj=counted, mode="r|", tarinfo=_Header, errors="surrogateescape") as archive:
        for info in archive:
            archive.members = []  # type: ignore[attr-defined]  # not in the stubs; it keeps every header it has met
            if info.isdir():
                continue
            budget.count_member()
            shown = tar_name(info.name)
            try:
                path = safe_path(shown)
            except UnsafeNameError:
                yield _unsafe(shown)
                continue
            if is_hidden(path):
                continue
            stream_of = archive.extractfile(info) if info.isreg() else None
            if stream_of is None:
                yield Refused(path, "path-traversal", "a link or device in an archive is not followed; pack the file")
            else:
                yield Member(path, stream_of)


def _unsafe(name: str) -> Refused:
    shown = name.encode("utf-8", "replace").decode().replace("\x00", "?")[:200]
    return Refused(shown, "path-traversal", "the name leads out of the archive; pack it with plain names")
