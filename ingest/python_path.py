"""Where the processes that we start find our own modules, whatever folder they start in."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGES = str(Path(__file__).resolve().parent.parent)


def python_path() -> str:
    """The value of ``PYTHONPATH`` for such a process; what it is here comes second."""
    return os.pathsep.join(filter(None, (_PACKAGES, os.environ.get("PYTHONPATH"))))
