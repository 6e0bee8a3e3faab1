"""Where the sample lies that comes with polydesk: its documents, tickets and golden questions."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from app.golden import sample_golden

SAMPLE = Path(str(resources.files("ingest") / "sample"))
GOLDEN = sample_golden()
