"""Archives as folders: their members listed with what identifies their content, and read again when asked."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import quote, unquote

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing import SUPPORTED
from ingest.parsing.reading import MAX_BYTES
from ingest.sources.archive_budget import Budget, Readable
from ingest.sources.archive_members import DAMAGE, DamagedMemberError, Member, Refused, is_archive, members

__all__ = ["Archives", "is_archive", "lacks_member", "list_archive", "member_uri", "split_uri"]

_MARK = "!/"  # between an archive and what is inside; an exclamation mark in a name is written %21
_RULES = ("polydesk.yaml", "polydesk.yml")


def member_uri(archive: Path, inside: str) -> str:
    """The uri of a member, such as ``file:///docs/a.zip!/eu/returns.md``."""
    return f"{archive.as_uri()}{_MARK}{quote(inside)}"


def split_uri(uri: str) -> tuple[str, str]:
    """The uri of the file, and the path inside of it, empty for what is no member of an archive."""
    file, _, inside = uri.partition(_MARK)
    return file, unquote(inside)


def list_archive(file: Path, shown: str) -> list[tuple[str, str] | Finding]:
    """Path and SHA-256 of every member that can be parsed, in order of their paths; findings for the others.

    Nothing is written but nested archives, to temporary files.

    :raises DocumentError: the archive cannot be used, as a whole.
    """
    found: list[tuple[str, str]] = []
    findings: list[tuple[str, Finding]] = []

    def refuse(path: str, code: str, message: str) -> None:
        findings.append((path, Finding(f"{shown}/{path}", code, f"{shown}/{path}: {message}")))

    names: Counter[str] = Counter()
    for member in _walk(file, shown):
        names[member.path] += 1
        suffix = PurePosixPath(member.path).suffix
        if isinstance(member, Refused):
            refuse(member.path, member.code, member.message)
        elif suffix.lower() not in SUPPORTED:
            refuse(member.path, "unsupported", f"files of type {suffix or 'none'} are not read")
        else:
            try:
                found.append((member.path, _digest(member.stream, shown)))
            except _Unusable as error:
                refuse(member.path, error.code, str(error))
    for path in sorted(path for path, times in names.items() if times > 1):
        refuse(path, "duplicate", "the archive has several files of this name; keep one of them")
    usable = [(path, digest) for path, digest in found if names[path] == 1]
    return [*sorted(usable), *(finding for _, finding in sorted(findings, key=lambda each: each[0]))]


def lacks_member(file: Path, inside: str) -> bool:
    """Whether the archive can be read through and certainly has nothing at ``inside``."""
    try:
        status = file.stat()
        return inside not in _names(file, status.st_mtime_ns, status.st_size)
    except (OSError, DocumentError):
        return False


@dataclass
class Archives:
    """Reads members of archives; safe to use from several threads.

    Members of a compressed archive can only be reached from its beginning, so the first one that is
    asked for unpacks all that can be parsed into one temporary file, which ends with this object.

    :param temporary: the folder for it; the system's own where there is none.
    """

    temporary: Path | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _open: tuple[Path, _Spool] | None = field(default=None, init=False, repr=False)

    def read(self, file: Path, inside: str, shown: str) -> bytes:
        """The bytes of one member.

        :raises DocumentError: the archive or the member cannot be read any more.
        """
        with self._lock:
            if self._open is None or self._open[0] != file or not self._open[1].is_of(file):
                self._open = None  # one at a time is kept on disk
                self._open = (file, _Spool.of(file, shown, self.temporary))
            data = self._open[1].read(inside)
        if data is None:
            raise DocumentError("changed", f"{shown}/{inside}: the archive changed while it was read; run it again")
        if not data.strip():
            raise DocumentError("empty", f"{shown}/{inside}: the file is empty; remove it or put the text in")
        return data


@dataclass
class _Spool:
    """What an archive unpacks to, in one temporary file."""

    file: IO[bytes]
    places: dict[str, tuple[int, int]]
    stamp: tuple[int, int]

    @classmethod
    def of(cls, archive: Path, shown: str, temporary: Path | None) -> _Spool:
        stamp = _stamp(archive)
        folder = temporary if temporary is not None and temporary.is_dir() else None
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed when the spool is let go
        places: dict[str, tuple[int, int]] = {}
        for member in _walk(archive, shown):
            if isinstance(member, Refused) or PurePosixPath(member.path).suffix.lower() not in SUPPORTED:
                continue
            start = file.tell()
            try:
                for block in _blocks(member.stream, shown):
                    file.write(block)
            except _Unusable:
                file.seek(start)
                continue
            places[member.path] = (start, file.tell() - start)
        file.flush()
        return cls(file, places, stamp)

    def is_of(self, archive: Path) -> bool:
        return self.stamp == _stamp(archive)

    def read(self, inside: str) -> bytes | None:
        if inside not in self.places:
            return None
        start, size = self.places[inside]
        self.file.seek(start)
        return self.file.read(size)


class _Unusable(Exception):  # noqa: N818  # never leaves this module
    """One member cannot be read; the rest can."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _walk(file: Path, shown: str) -> Iterator[Member | Refused]:
    try:
        with file.open("rb") as stream:
            budget = Budget(shown, os.fstat(stream.fileno()).st_size)
            for member in members(stream, file.name, budget):
                if member.path.rpartition("/")[2].lower() in _RULES:
                    # Whoever packed it meant rules about who may read; they must not be lost on the way.
                    message = f"{shown}: holds {member.path}; rules are read from folders: put them beside the archive"
                    raise DocumentError("rules-in-archive", message)
                yield member
    except OSError as error:
        message = f"{shown}: cannot be read ({error.strerror}); check its permissions"
        raise DocumentError("unreadable", message) from error


def _blocks(stream: Readable, shown: str) -> Iterator[bytes]:
    """The bytes of a member, within the limit for one file."""
    size = 0
    try:
        while block := stream.read(1 << 16):
            size += len(block)
            if size > MAX_BYTES:
                raise _Unusable("too-large", f"larger than {MAX_BYTES / 1e6:.0f} MB; split the file")
            yield block
    except DamagedMemberError as error:
        raise _Unusable("unreadable", f"damaged ({error}); pack it again") from error
    except DAMAGE as error:
        raise DocumentError("unreadable", f"{shown}: damaged ({error}); pack it again") from error


def _digest(stream: Readable, shown: str) -> str:
    digest = hashlib.sha256()
    for block in _blocks(stream, shown):
        digest.update(block)
    return digest.hexdigest()


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError as error:
        raise DocumentError("unreadable", f"{file.name}: cannot be read ({error.strerror})") from error
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=16)
def _names(file: Path, modified: int, size: int) -> frozenset[str]:
    """Every name in an archive that was last changed then."""
    return frozenset(member.path for member in _walk(file, file.name))
