"""Bodies between listing and reading, in one file without a name that ends with the process."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path


class Spool:
    """Keeps bodies by key until it is full; what it does not keep is downloaded again.

    :param folder: on whose file system the bytes lie.
    :param most: bytes.
    """

    def __init__(self, folder: Path, most: int) -> None:
        # An open file without a name: the system frees it however the process ends.
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._most = most
        self._size = 0
        self._places: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def put(self, key: str, data: bytes) -> None:
        """Keep ``data`` if there is room."""
        with self._lock:
            if self._size + len(data) > self._most:
                self._places.pop(key, None)
                return
            self._file.seek(self._size)
            self._file.write(data)
            self._file.flush()
            self._places[key] = (self._size, len(data))
            self._size += len(data)

    def get(self, key: str) -> bytes | None:
        """The bytes kept under ``key``; None when there are none."""
        with self._lock:
            place = self._places.get(key)
            return os.pread(self._file.fileno(), place[1], place[0]) if place else None

    def close(self) -> None:
        self._file.close()
