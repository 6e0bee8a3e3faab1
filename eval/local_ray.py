"""A Ray cluster of this machine alone, on loopback, for tests and measurements."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

import ingest
from eval.errors import EvalError
from eval.ports import free_port

# For whoever connects, too: without it Ray looks for its head at another of the machine's addresses.
LOOPBACK_ALONE = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
_OBJECTS_BYTES = 100_000_000
_START_S = 180.0
_END_S = 30.0


class LocalRay:
    """``ray start``; it is not ended by ``ray stop``, which ends every Ray of the machine."""

    def __init__(self, folder: Path, workers: int) -> None:
        port, client = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        self.client_address = f"ray://127.0.0.1:{client}"
        self._said = folder / "said.txt"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POLYDESK_")}
        packages = str(Path(ingest.__file__).resolve().parent.parent)
        with self._said.open("w", encoding="utf-8") as said:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
                    *(f"--port={port}", f"--ray-client-server-port={client}", f"--num-cpus={workers}"),
                    *(f"--temp-dir={folder}", f"--object-store-memory={_OBJECTS_BYTES}", "--disable-usage-stats"),
                    *("--include-dashboard=false", "--include-log-monitor=false"),
                ],
                env={**kept, **LOOPBACK_ALONE, "PYTHONPATH": packages},
                cwd=folder,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until it can be connected to.

        :raises EvalError: it did not start.
        """
        end = time.monotonic() + _START_S
        while "Ray runtime started" not in (said := self._said.read_text(encoding="utf-8")):
            if self._process.poll() is not None or time.monotonic() > end:
                raise EvalError(f"Ray did not start: {' '.join(said.split())[-300:]}")
            time.sleep(0.1)

    def family(self) -> list[psutil.Process]:
        """Every process of it."""
        return psutil.Process(self._process.pid).children(recursive=True)

    def workers(self, doing: str) -> list[psutil.Process]:
        """The processes that are busy just now with the task of this name."""
        found = []
        for process in self.family():
            try:
                if process.cmdline()[:1] == [f"ray::{doing}"]:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def close(self) -> None:
        """Ended, and everything that it started."""
        try:
            family = self.family()
        except psutil.NoSuchProcess:
            family = []
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for process in family:
            if process.is_running():
                process.kill()
        psutil.wait_procs(family, _END_S)


@contextmanager
def local_ray(workers: int) -> Iterator[LocalRay]:
    """A cluster with so many workers, each for one processor; nothing of it is left, also where SIGTERM ends us."""
    folder = Path(tempfile.mkdtemp(prefix="ray-"))  # its sockets' paths may have no more than 107 characters
    with _sigterm_unwinds():
        ray = LocalRay(folder, workers)
        try:
            ray.wait()
            yield ray
        finally:
            ray.close()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _sigterm_unwinds() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
