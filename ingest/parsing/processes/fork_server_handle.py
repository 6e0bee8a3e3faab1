"""The fork server as the pool sees it: started, asked for workers, told to end them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.errors import IngestError
from ingest.parsing.processes.limits import Limits
from ingest.parsing.processes.worker_handle import WorkerHandle
from ingest.python_path import python_path

_START_SECONDS = 180.0  # to import the libraries; a cold disk has taken 40
_ANSWER_SECONDS = 60.0
_LONGEST_MESSAGE = 4096

# A worker may be taken over by the document it reads: it gets no secret that it does not need.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "PYPANDOC_PANDOC")
_PREFIXES = ("LC_", "PYTHON")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "OMP_THREAD_LIMIT")


class ForkServerHandle:
    """Thread-safe. The process starts with the object and warms up in the background.

    :param modules: what it imports for its workers, while none is asked for.
    :param all_first: whether the first worker waits for all of them.
    :raises IngestError: from every method, when the process did not start or is gone.
    """

    def __init__(self, limits: Limits, modules: Sequence[str], all_first: bool = False) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._ready = False
        self._folder = Path(tempfile.mkdtemp(prefix="polydesk-parsing-"))
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "ingest.parsing.processes.fork_server"),
                    *(str(theirs.fileno()), str(self._folder), str(limits.memory_bytes)),
                    *("all" if all_first else "first", *modules),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # what libraries print reaches nobody
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=_environment(self._folder),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C in the user's terminal is the pool's to handle
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def fork(self) -> WorkerHandle:
        """A fresh worker; waits for the libraries the first time."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                return WorkerHandle(ours, self._ask({"do": "fork"}, theirs.fileno())["pid"], self._limits)
            except BaseException:
                ours.close()
                raise

    def end(self, worker: WorkerHandle) -> None:
        """Kill a worker and all that it started."""
        worker.close()
        with contextlib.suppress(IngestError):  # a fork server that is gone has taken its workers with it
            self._ask({"do": "end", "pid": worker.pid})

    def close(self) -> None:
        """End the process and every worker; returns when they are gone."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # also wakes a thread that waits for an answer
        self._control.close()
        try:
            # While it still imports, it does not listen, and has no worker.
            self._process.wait(timeout=_ANSWER_SECONDS if self._ready else 0.01)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, order: dict[str, Any], *passed: int) -> dict[str, Any]:
        with self._lock:
            try:
                if not self._ready:
                    self._wait_until_ready()
                socket.send_fds(self._control, [json.dumps(order).encode()], list(passed))
                return self._hear(_ANSWER_SECONDS)
            except (OSError, EOFError) as error:
                raise IngestError(f"The parsing processes are gone ({type(error).__name__}): try again.") from error

    def _wait_until_ready(self) -> None:
        said = self._hear(_START_SECONDS)
        if "ready" not in said:
            raise IngestError(f"The parsing processes did not start ({said.get('failed')}): run the set-up again.")
        self._ready = True

    def _hear(self, seconds: float) -> dict[str, Any]:
        self._control.settimeout(seconds)
        said = self._control.recv(_LONGEST_MESSAGE)
        if not said:
            raise EOFError
        heard: dict[str, Any] = json.loads(said)
        return heard


def _environment(folder: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name in _ENVIRONMENT or name.startswith(_PREFIXES)}
    ours["PYTHONPATH"] = python_path()
    ours["TMPDIR"] = str(folder)
    return ours | dict.fromkeys(_ONE_THREAD, "1")
