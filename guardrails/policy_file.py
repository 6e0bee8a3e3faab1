"""The policy in use: read again as soon as the file changes, without a restart."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from guardrails.errors import PolicyError
from guardrails.policy import POLICY_PATH, Policy, load_policy

_log = logging.getLogger(__name__)


class PolicyFile:
    """A policy file that operations may edit while it is in use; safe to share between threads.

    :raises PolicyError: the file cannot be used at the start.
    """

    def __init__(self, path: Path = POLICY_PATH) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp = self._stamped()
        self._policy = load_policy(path)

    def current(self) -> Policy:
        """The policy as it stands in the file; a file that was made unusable leaves the last good one in force."""
        with self._lock:
            stamp = self._stamped()
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._policy = load_policy(self._path)
                except PolicyError as error:
                    _log.error("the policy before this change stays in force: %s", error)
            return self._policy

    def _stamped(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
