"""Run an ingest that is killed at a given moment: ``python -m tests.ingest.killed_run MOMENT FOLDER``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from ingest import pipeline
from ingest.ledger.writing import LedgerWriter
from ingest.runs import run_ingest
from ingest.settings import load_ingest_settings
from ingest.store.vectors import VectorCollection

# The call that is the last thing the process does, and how many of its kind go well before.
MOMENTS: dict[str, tuple[type, str, int]] = {
    "half-written": (VectorCollection, "_write", 1),
    "half-published": (LedgerWriter, "publish", 1),
    "published": (LedgerWriter, "retire", 0),
    "half-cleaned": (VectorCollection, "delete", 0),
}


def kill_at(moment: str) -> None:
    """Arrange that this process dies by SIGKILL at ``moment``."""
    owner, name, well = MOMENTS[moment]
    method = getattr(owner, name)
    calls = 0

    def deadly(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > well:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*args)

    setattr(owner, name, deadly)


def write_in_small_requests() -> None:
    """So that a write can be broken off in its middle."""
    add = VectorCollection.add

    def small(self: VectorCollection, records: Any) -> None:
        add(self, records, batch_size=1)

    setattr(VectorCollection, "add", small)  # noqa: B010  # a plain assignment is no good to the type checker


def publish_one_by_one() -> None:
    """So that a run can be broken off between two publications."""
    pipeline._BATCH_DOCUMENTS = 1


if __name__ == "__main__":
    kill_at(sys.argv[1])
    write_in_small_requests()
    publish_one_by_one()
    run_ingest(load_ingest_settings(), [Path(sys.argv[2])])
