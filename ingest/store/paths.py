"""Where the store keeps its data, its locks and its server file, and what is said when that place is unusable."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IngestUserError, StoreError

_NEARLY_NOTHING = 2 * 1024 * 1024  # bytes; SQLite needs about this much to open an empty database


@dataclass(frozen=True, slots=True)
class StorePaths:
    """The files under ``home/store``; the folder is readable by its owner alone, for it holds customers' words."""

    root: Path

    @classmethod
    def under(cls, home: Path) -> StorePaths:
        return cls(home.expanduser().absolute() / "store")

    @property
    def data(self) -> Path:
        return self.root / "chroma"

    @property
    def users(self) -> Path:
        return self.root / "users"

    @property
    def server_file(self) -> Path:
        return self.root / "server.json"

    @property
    def start_lock(self) -> Path:
        """Held while somebody starts or stops the server."""
        return self.root / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the keeper from before its birth until its death: who holds it owns the data."""
        return self.root / "keeper.lock"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    def create(self) -> None:
        """Make the folders.

        :raises IngestUserError: the place cannot be written, or its disk is full.
        """
        with disk_errors_named(self.root):
            self.root.parent.mkdir(parents=True, exist_ok=True)
            self.root.mkdir(mode=0o700, exist_ok=True)
            self.users.mkdir(mode=0o700, exist_ok=True)
            self.data.mkdir(mode=0o700, exist_ok=True)

    def disk_is_full(self) -> bool:
        try:
            return shutil.disk_usage(self.root).free < _NEARLY_NOTHING
        except OSError:
            return False


def disk_full_error(place: Path) -> IngestUserError:
    return IngestUserError(f"The disk that holds {place} is full: free some space and run the command again.")


@contextmanager
def disk_errors_named(place: Path) -> Iterator[None]:
    """Turn an ``OSError`` about ``place`` into one line that says what to do.

    :raises IngestUserError: no permission, not a folder, a read-only or a full disk.
    :raises StoreError: any other failure of the operating system.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full_error(place) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT):
            reason = os.strerror(error.errno)
            raise IngestUserError(
                f"The vector store cannot be kept in {place} ({reason}): set POLYDESK_HOME to a folder you may write."
            ) from error
        raise StoreError(f"The vector store in {place} failed: {error}.") from error
