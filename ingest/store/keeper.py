"""The one process that owns the data: it runs Chroma's server and ends when the last user has gone.

The server runs on the main thread inside Chroma's own code, which releases the interpreter lock; a second thread
watches the leases. So there is no child that could be orphaned: keeper and server are one process.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import stat
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from ingest.errors import IngestError
from ingest.store.leases import locked, somebody_holds_a_lease, try_lock
from ingest.store.paths import StorePaths
from ingest.store.server_file import LOOPBACK, ServerInfo, answers_heartbeat, write_server_file

LINGER_VARIABLE = "POLYDESK_STORE_LINGER"
LOG_MARK = "=== keeper started"
DEFAULT_LINGER = 2.0  # seconds without a user before the server ends
_START_TIME = 60.0  # seconds until a server that does not come up is given up
_STOP_TIME = 5.0  # seconds for a graceful end before the process simply leaves
_LOG_LIMIT = 1_000_000  # bytes of server.log, beyond which only its end is kept
_LOG_KEPT = 64_000


class Watcher:
    """Publishes the server's port once it answers, and asks the server to end when nobody uses it.

    :param linger: seconds without any lease before the end.
    """

    def __init__(self, paths: StorePaths, linger: float) -> None:
        self._paths = paths
        self._linger = linger
        self.published = False

    def run(self) -> None:
        """Watch until the process ends; a failure ends the process, for an unwatched server would live for ever."""
        try:
            self._publish()
            self._wait_until_unused()
        except Exception as error:  # the thread's outermost frame: whatever it is, it must reach the log
            _log(f"The keeper failed: {error!r}")
            os._exit(1)

    def _publish(self) -> None:
        end = time.monotonic() + _START_TIME
        while time.monotonic() < end:
            port = listening_port()
            if port is not None and answers_heartbeat(port):
                write_server_file(self._paths.server_file, ServerInfo.of_this_process(port))
                self.published = True
                return
            time.sleep(0.01)
        raise TimeoutError(f"Chroma did not answer within {_START_TIME:.0f} s")

    def _wait_until_unused(self) -> None:
        pause = min(0.5, max(0.05, self._linger / 4))
        last_use = time.monotonic()
        while True:
            time.sleep(pause)
            bound_log(sys.stdout.fileno())
            if somebody_holds_a_lease(self._paths):
                last_use = time.monotonic()
            elif time.monotonic() - last_use >= self._linger:
                self._end_unless_somebody_came()
                last_use = time.monotonic()

    def _end_unless_somebody_came(self) -> None:
        if not self._paths.root.is_dir():
            self._end()
        try:
            # A user takes its lease before this lock. So either its lease is seen here, or the user
            # waits for the lock, which is kept until this process is dead, and starts a new server.
            with locked(self._paths.start_lock, timeout=0.2):
                if not somebody_holds_a_lease(self._paths):
                    self._end()
        except IngestError:
            return  # somebody is arriving right now

    def _end(self) -> None:
        self._paths.server_file.unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_STOP_TIME)
        os._exit(0)


def listening_port() -> int | None:
    """The loopback port on which this very process listens, found among its own file descriptors.

    Chroma is told port 0, so that the kernel chooses one that is free and no other server can be mistaken for ours.
    """
    for entry in Path("/dev/fd").iterdir():
        try:
            copy = os.dup(int(entry.name))
        except OSError:
            continue
        try:
            found = socket.socket(fileno=copy)
        except OSError:
            os.close(copy)  # no socket; it is asked for many times a second, and none of them may be left open
            continue
        with found:
            if found.family == socket.AF_INET and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return int(found.getsockname()[1])
    return None


def bound_log(descriptor: int) -> None:
    """Cut a log file that grew beyond its limit down to its end."""
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode) or state.st_size <= _LOG_LIMIT:
        return
    end = os.pread(descriptor, _LOG_KEPT, state.st_size - _LOG_KEPT)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"... earlier lines were dropped ...\n" + end)


def run_server(data: Path) -> None:
    """Serve ``data`` on a free loopback port until SIGTERM; returns at once when Chroma refuses to start."""
    import chromadb_rust_bindings  # type: ignore[import-untyped]  # a compiled module without stubs

    chromadb_rust_bindings.cli(["chroma", "run", "--path", str(data), "--host", LOOPBACK, "--port", "0"])


def _log(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ingest.store.keeper", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="POLYDESK_HOME; the data is in its folder store")
    parser.add_argument("--lock-fd", type=int, help="descriptor of the keeper's lock, already held by the starter")
    parser.add_argument("--linger", type=float, default=float(os.environ.get(LINGER_VARIABLE, DEFAULT_LINGER)))
    options = parser.parse_args(arguments)

    paths = StorePaths.under(options.home)
    if options.lock_fd is None:
        try:
            paths.create()
        except IngestError as error:
            _log(str(error))
            return 2
    lock = options.lock_fd if options.lock_fd is not None else try_lock(paths.keeper_lock)
    if lock is None:
        _log(f"Another keeper owns {paths.root}.")
        return 2
    paths.server_file.unlink(missing_ok=True)
    _log(f"{LOG_MARK} {datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}, process {os.getpid()}")
    watcher = Watcher(paths, options.linger)
    threading.Thread(target=watcher.run, name="watcher", daemon=True).start()
    run_server(paths.data)
    paths.server_file.unlink(missing_ok=True)
    return 0 if watcher.published else 1


if __name__ == "__main__":
    sys.exit(main())
