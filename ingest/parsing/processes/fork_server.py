"""The process that parsing workers are forked from: it has imported the libraries, and has read no document.

So a worker that had to be ended is replaced in milliseconds, and all of them share the memory of the libraries.
It is told what to do on a socket, has one thread, and ends, with every worker and what the worker started, when the
socket closes: that is when the pool is closed, and also when its process was killed.

    python -m ingest.parsing.processes.fork_server CONTROL_FD FOLDER MEMORY_BYTES all|first MODULE...

The modules are imported before it is ready, all or the first of them, or while nobody is waiting. Whichever the first
worker lacks, it imports itself, and this process no longer does, unless there is to be another one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.parsing.libraries import ALWAYS, FIRST
from ingest.parsing.processes.lean_imports import keep_lean

NICENESS = 5  # embedding goes first
_LONGEST_MESSAGE = 4096
_NEW_OBJECTS = 50_000  # between collections; with Python's 700, a document takes a fifth longer


class ForkServer:
    """Forks, ends and reaps workers as it is told."""

    def __init__(self, control: socket.socket, folder: Path, memory_bytes: int, modules: Sequence[str]) -> None:
        self._control = control
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._workers: set[int] = set()
        self._to_import = list(modules)
        self._has_forked = False

    def serve(self) -> None:
        """Until the control socket closes."""
        try:
            while True:
                self._import_until_asked()
                said, passed, _flags, _address = socket.recv_fds(self._control, _LONGEST_MESSAGE, 1)
                if not said:
                    return
                self.say(self._obey(json.loads(said), passed))
        except ConnectionError:
            return
        finally:
            for pid in list(self._workers):
                self._end(pid)

    def import_all(self) -> None:
        """Whatever its workers may need."""
        while self._to_import:
            self._import_next()

    def _import_until_asked(self) -> None:
        while self._to_import and not self._has_forked and not select.select([self._control], [], [], 0)[0]:
            self._import_next()

    def _import_next(self) -> None:
        with contextlib.suppress(Exception):  # the document that needs it will say so
            importlib.import_module(self._to_import.pop(0))
        if not self._to_import:
            gc.freeze()

    def _obey(self, order: dict[str, Any], passed: list[int]) -> dict[str, Any]:
        if order["do"] == "fork":
            return {"pid": self._fork(passed[0])}
        return {"status": self._end(order["pid"])}

    def _fork(self, channel: int) -> int:
        if self._has_forked:
            self.import_all()
        self._has_forked = True
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            _run_worker(self._control, channel, self._folder, self._memory_bytes, server)
        os.close(channel)
        with contextlib.suppress(OSError):  # the worker did it already
            os.setpgid(pid, pid)
        self._workers.add(pid)
        return pid

    def _end(self, pid: int) -> int:
        """Kill the worker and what it started; how it ended, as :mod:`subprocess` counts return codes."""
        self._workers.remove(pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        shutil.rmtree(self._folder / str(pid), ignore_errors=True)
        return os.waitstatus_to_exitcode(status)

    def say(self, message: dict[str, Any]) -> None:
        self._control.sendall(json.dumps(message).encode())


def _run_worker(control: socket.socket, channel: int, folder: Path, memory_bytes: int, server: int) -> None:
    """What the forked process does; it never returns."""
    try:
        from ingest.parsing.processes.worker import serve

        control.close()
        serve(socket.socket(fileno=channel), folder / str(os.getpid()), memory_bytes, server)
    finally:
        os._exit(0)


def _warm_up(modules: Sequence[str]) -> None:
    gc.disable()  # there is nothing to collect yet
    keep_lean()
    from ingest.parsing.partitioners import prepare

    prepare()
    for name in (*ALWAYS, *modules):
        importlib.import_module(name)
    gc.freeze()  # so that a collection in a worker does not copy every page
    gc.set_threshold(_NEW_OBJECTS)
    gc.enable()


def main(arguments: list[str]) -> None:
    control = socket.socket(fileno=int(arguments[0]))
    folder = Path(arguments[1])
    modules = arguments[4:]
    server = ForkServer(control, folder, int(arguments[2]), [module for module in modules if module not in FIRST])
    try:
        _warm_up([module for module in modules if module in FIRST])
    except Exception as error:
        server.say({"failed": f"{type(error).__name__}: {error}"})
        return
    os.nice(NICENESS)  # not earlier: until now somebody is waiting
    if arguments[3] == "all":
        server.import_all()
    with contextlib.suppress(ConnectionError):
        server.say({"ready": True})
        server.serve()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # there is nothing to tidy, and somebody waits


if __name__ == "__main__":
    main(sys.argv[1:])
