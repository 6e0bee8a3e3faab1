"""Finding the running server, or starting one; who calls this holds a lease already."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from ingest.errors import IngestError, StoreError
from ingest.python_path import python_path
from ingest.store.keeper import LOG_MARK
from ingest.store.leases import locked, try_lock
from ingest.store.paths import StorePaths, disk_errors_named, disk_full_error
from ingest.store.server_file import ServerInfo, answers_heartbeat, read_server_file

ANSWER_TIME = 15.0  # seconds within which the heartbeat must answer
_LOCK_TIME = 30.0  # longer than a neighbour may take that is starting a server
_POLL = 0.02


def ensure_server(paths: StorePaths, answer_time: float = ANSWER_TIME) -> ServerInfo:
    """The server of this home, started when there is none.

    Whether one is alive is told by the keeper's lock, never by the number in ``server.json``, which may have
    become another process's since.

    :param answer_time: seconds within which its heartbeat must answer.
    :raises StoreError: it does not come up or does not answer; the line names the log.
    :raises IngestUserError: the folder cannot be written, or its disk is full.
    """
    with locked(paths.start_lock, _LOCK_TIME):
        end = time.monotonic() + answer_time
        spawned = False
        while time.monotonic() < end:
            with disk_errors_named(paths.root):
                free = try_lock(paths.keeper_lock)
            if free is None:
                info = read_server_file(paths.server_file)
                if info is not None and answers_heartbeat(info.port):
                    return info
                time.sleep(_POLL)
            elif spawned:
                os.close(free)
                raise _did_not_start(paths)
            else:
                _spawn_keeper(paths, free)
                spawned = True
        raise StoreError(
            f"The vector store did not answer within {answer_time:.0f} s: see {paths.log}, "
            f"or end {_owner(paths)} and try again."
        )


def start_server_unless_busy(paths: StorePaths) -> None:
    """Start the server when nobody owns the data and nobody is starting or stopping it; never waits."""
    try:
        with locked(paths.start_lock, timeout=0):
            free = try_lock(paths.keeper_lock)
            if free is not None:
                _spawn_keeper(paths, free)
    except IngestError:
        return  # the one who needs the store will wait, and say what is wrong


def _spawn_keeper(paths: StorePaths, lock: int) -> None:
    """Start the keeper and hand it the lock, so that no moment passes in which nobody owns the data."""
    try:
        with disk_errors_named(paths.root):
            paths.server_file.unlink(missing_ok=True)
            log = os.open(paths.log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                process = subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "ingest.store.keeper",
                        "--home",
                        str(paths.root.parent),
                        "--lock-fd",
                        str(lock),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=paths.root,  # not the user's folder, which may want to be unmounted
                    env=_keeper_environment(),
                    start_new_session=True,  # Ctrl-C in the user's terminal must not reach it
                    pass_fds=(lock,),
                )
            finally:
                os.close(log)
    finally:
        os.close(lock)
    threading.Thread(target=process.wait, name="store-reaper", daemon=True).start()  # leaves no zombie


def _keeper_environment() -> dict[str, str]:
    """The environment without what would configure Chroma behind our back or report to anybody."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("CHROMA_", "OTEL_"))}
    ours["PYTHONPATH"] = python_path()
    ours["ANONYMIZED_TELEMETRY"] = "False"
    ours.setdefault("RUST_LOG", "warn")
    return ours


def _did_not_start(paths: StorePaths) -> IngestError:
    if paths.disk_is_full():
        return disk_full_error(paths.root)
    log = paths.log.read_text(encoding="utf-8", errors="replace")
    said = [line.strip() for line in log.rpartition(LOG_MARK)[2].splitlines()]
    reason = next((line for line in reversed(said) if "rror" in line or "not available" in line), "it gave no reason")
    return StoreError(f"The vector store did not start ({reason[:300]}): see {paths.log}.")


def _owner(paths: StorePaths) -> str:
    info = read_server_file(paths.server_file)
    return f"process {info.pid}" if info is not None else "python -m ingest.store.keeper"
