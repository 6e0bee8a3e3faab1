"""Errors of the guardrails room: what the user can mend, and what failed."""

from __future__ import annotations

from pathlib import Path


class GuardError(Exception):
    """Root of every error this room raises on purpose."""


class PolicyError(GuardError):
    """A policy or data file is wrong; the message is one line with the file and, where known, the line.

    :param line: 1-based line in ``path``, or None when the file as a whole is meant.
    """

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")
        self.path = path
        self.line = line
