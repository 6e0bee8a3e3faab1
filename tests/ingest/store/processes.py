"""Real users of a store in processes of their own, and looks at the keeper from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.store.leases import try_lock
from ingest.store.paths import StorePaths
from tests.support.patience import PATIENCE_S

REPOSITORY = Path(__file__).resolve().parents[3]

_PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from ingest.store import Hit, Record, open_store
home = Path(sys.argv[1])
def record(id, *vector):
    return Record(id, np.array(vector, dtype=np.float32), id, {})
"""

_WAITING_USER = """
with open_store(home) as store:
    print(store.url, flush=True)
    sys.stdin.readline()
"""


def start_program(home: Path, body: str) -> subprocess.Popen[str]:
    """Run ``body`` with ``home``, ``open_store`` and ``record`` at hand, in another process."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM + body, str(home)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def waiting_user(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that has the store open, and the address it found; ends with the block."""
    process = start_program(home, _WAITING_USER)
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.communicate("\n", timeout=PATIENCE_S)


def keeper_pid(home: Path) -> int:
    return int(json.loads(StorePaths.under(home).server_file.read_text(encoding="utf-8"))["pid"])


def keeper_is_alive(home: Path) -> bool:
    lock = StorePaths.under(home).keeper_lock
    if not lock.exists():
        return False
    descriptor = try_lock(lock)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False
