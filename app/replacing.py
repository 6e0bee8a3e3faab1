"""Small files that are replaced whole: who reads one sees all before or all after."""

from __future__ import annotations

import os
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Put ``text`` in the place of what the file had, if it was there.

    :raises OSError: the folder cannot be written to.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")  # an ending that a backup leaves out
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
