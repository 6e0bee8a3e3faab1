"""Files that operations may edit while they are in use: read again as soon as they change, without a restart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from guardrails.errors import PolicyError
from guardrails.policy import POLICY_PATH, Policy, load_policy

Content = TypeVar("Content")
_log = logging.getLogger(__name__)


class WatchedFile(Generic[Content]):
    """What stands in a file now; safe to share between threads.

    :param what: the file is called in the log.
    :raises PolicyError: the file cannot be used at the start.
    """

    def __init__(self, path: Path, load: Callable[[Path], Content], what: str) -> None:
        self._path = path
        self._load = load
        self._what = what
        self._lock = threading.Lock()
        self._stamp = self._stamped()
        self._content = load(path)

    def current(self) -> Content:
        """What stands in the file; one that was made unusable leaves the last good content in force."""
        with self._lock:
            stamp = self._stamped()
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._content = self._load(self._path)
                except PolicyError as error:
                    _log.error("the %s before this change stays in force: %s", self._what, error)
            return self._content

    def _stamped(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


class PolicyFile(WatchedFile[Policy]):
    """The policy of the guards.

    :raises PolicyError: the file cannot be used at the start.
    """

    def __init__(self, path: Path = POLICY_PATH) -> None:
        super().__init__(path, load_policy, "policy")
