"""File locks that the kernel frees with their process, and the leases of the store's users built on them.

A lease is a file in ``users/`` that its owner keeps locked. It is locked under another name first and only then
given the name the keeper looks for, so an unlocked lease always belongs to somebody who is gone.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import StoreError
from ingest.store.paths import StorePaths, disk_errors_named

_LEASE = ".lease"
_UNFINISHED = ".new"
_POLL = 0.02  # seconds between two tries of a busy lock
_END_POLL = 0.05  # likewise, of a lock whose owner ends some seconds after its last user


def try_lock(path: Path) -> int | None:
    """The file descriptor that holds an exclusive lock on ``path``, or None when another one holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold an exclusive lock on ``path`` between processes and between threads.

    :param timeout: seconds to wait for it.
    :raises StoreError: somebody else held it all that time.
    """
    end = time.monotonic() + timeout
    while True:
        with disk_errors_named(path.parent):
            descriptor = try_lock(path)
        if descriptor is not None:
            break
        if time.monotonic() > end:
            raise StoreError(
                f"Another process has been starting or stopping the vector store for {timeout:.0f} s "
                f"and holds {path}: try again, or end that process."
            )
        time.sleep(_POLL)
    try:
        yield
    finally:
        os.close(descriptor)


def wait_for_end(paths: StorePaths, seconds: float) -> bool:
    """Wait until nobody owns the data of the store; False when somebody still does after all that time."""
    end = time.monotonic() + seconds
    while paths.keeper_lock.exists():
        descriptor = try_lock(paths.keeper_lock)
        if descriptor is not None:
            os.close(descriptor)
            break
        if time.monotonic() > end:
            return False
        time.sleep(_END_POLL)
    return True


class Lease:
    """Says that this process uses the store, until :meth:`release` or the end of the process, however it ends.

    :raises IngestUserError: the folder cannot be written.
    """

    def __init__(self, paths: StorePaths) -> None:
        name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._path = paths.users / f"{name}{_LEASE}"
        self._owner = os.getpid()
        unfinished = paths.users / f"{name}{_UNFINISHED}"
        with disk_errors_named(paths.root):
            descriptor = try_lock(unfinished)
            if descriptor is None:
                raise StoreError(f"Another process holds {unfinished}, which was to be this one's alone.")
            self._descriptor: int | None = descriptor
            unfinished.rename(self._path)

    def release(self) -> None:
        """Give the lease up; a forked child only lets go of its copy and leaves the parent's lease alone."""
        if self._descriptor is None:
            return
        if os.getpid() == self._owner:
            # The file goes first: a child forked meanwhile may still hold the lock through its copy.
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None


def somebody_holds_a_lease(paths: StorePaths) -> bool:
    """Whether any user is alive; what the dead left behind is cleared away."""
    alive = False
    try:
        entries = sorted(paths.users.iterdir())
    except FileNotFoundError:
        return False
    for path in entries:
        if path.suffix == _LEASE:
            alive = not _clear_if_abandoned(path) or alive
        elif path.suffix == _UNFINISHED and _age(path) > 60:
            _clear_if_abandoned(path)
    return alive


def _clear_if_abandoned(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
