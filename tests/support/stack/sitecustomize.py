"""Found by every Python that a test starts, as this folder is on its PYTHONPATH."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Any


def change_modules() -> None:
    """Change those of our modules that the environment has something for."""
    homes, passes = _names_in("homes.py"), _names_in("passes.py")
    changes = dict(passes["CHANGES"])
    if homes["POSTGRES"] in os.environ:
        changes.update(homes["CHANGES"])
    _names_in("coming.py")["change_modules"](changes)


def _names_in(file: str) -> dict[str, Any]:
    """What a file beside this one defines; the package that it is in may be out of reach from here."""
    return runpy.run_path(str(Path(__file__).with_name(file)))


if __name__ == "sitecustomize":
    change_modules()
