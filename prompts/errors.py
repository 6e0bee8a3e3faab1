"""Errors of the prompts room: a phrase or template file that does not hold what it should."""

from __future__ import annotations

from pathlib import Path


class PromptError(Exception):
    """A file of phrases or templates is missing, malformed or lacks a key; whoever edits it can mend it.

    :param file: the file at fault.
    :param key: the entry in it, dotted (``abstain``, ``families.llama``), or empty for the whole file.
    """

    def __init__(self, file: Path, key: str, message: str) -> None:
        where = f"prompts/{file.parent.name}/{file.name}"
        super().__init__(f"{where}: {key}: {message}" if key else f"{where}: {message}")
        self.file = file
        self.key = key
