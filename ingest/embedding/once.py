"""Make a file once, whichever of several processes comes first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def made_once(target: Path, lock: Path, make: Callable[[], None]) -> Path:
    """``target``, made by ``make`` where it is not there yet; two commands may be the first together.

    :param make: makes ``target`` appear whole or not at all.
    """
    if not target.exists():
        from filelock import FileLock

        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock):
            if not target.exists():
                make()
    return target
