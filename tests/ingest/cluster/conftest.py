"""A real Ray of one machine: two workers, loopback alone, 100 MB for objects, nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from tests.conftest import REPOSITORY
from tests.support.patience import PATIENCE_S

WORKERS = 2
_LOOPBACK_ALONE = ("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")


class RayHead:
    """``ray start``, which is not told to stop all Rays of the machine, as ``ray stop`` would."""

    def __init__(self, folder: Path) -> None:
        port, client = _free_ports()
        self.address, self.client_address = f"127.0.0.1:{port}", f"ray://127.0.0.1:{client}"
        self.said = folder / "said.txt"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POLYDESK_")}
        with self.said.open("w", encoding="utf-8") as said:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
                    *(f"--port={port}", f"--num-cpus={WORKERS}", f"--temp-dir={folder}"),
                    *("--include-dashboard=false", "--object-store-memory=100000000", "--disable-usage-stats"),
                    *("--include-log-monitor=false", f"--ray-client-server-port={client}"),
                ],
                env={**kept, "PYTHONPATH": str(REPOSITORY)},
                cwd=folder,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def workers(self, doing: str) -> list[psutil.Process]:
        """The processes that are busy with the task of this name just now."""
        found = []
        for process in psutil.Process(self._process.pid).children(recursive=True):
            try:
                if process.cmdline()[:1] == [f"ray::{doing}"]:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def close(self) -> None:
        family = psutil.Process(self._process.pid).children(recursive=True)
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE_S)
        finally:
            for process in family:
                if process.is_running():
                    process.kill()
            psutil.wait_procs(family, PATIENCE_S)

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE_S
        while "Ray runtime started" not in self.said.read_text(encoding="utf-8"):
            if self._process.poll() is not None or time.monotonic() > end:
                raise AssertionError(self.said.read_text(encoding="utf-8"))
            time.sleep(0.1)


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


@pytest.fixture(scope="session", autouse=True)
def _on_loopback() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*_LOOPBACK_ALONE)
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        yield


@pytest.fixture(scope="module")
def ray_head(_on_loopback: None) -> Iterator[RayHead]:
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install 'polydesk[ray]'")
    folder = Path(tempfile.mkdtemp(prefix="ray-"))  # its sockets' paths may have no more than 107 characters
    head = RayHead(folder)
    try:
        yield head
    finally:
        head.close()
        shutil.rmtree(folder, ignore_errors=True)
