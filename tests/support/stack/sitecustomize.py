"""Found by every Python that a test starts, as this folder is on its PYTHONPATH."""

from __future__ import annotations

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).with_name("homes.py")))["attach"]()
