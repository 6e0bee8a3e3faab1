"""The process that takes documents apart: nothing is in it but the document it was given.

It is forked from :mod:`ingest.parsing.processes.fork_server`, answers one request after the other on its socket, and
ends with that process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from ingest.documents import Content
from ingest.errors import DocumentError
from ingest.parsing import parse
from ingest.parsing.processes import deadline, wire

_LARGEST_FILE = 2_000_000_000  # bytes that a document may make a program write to disk
_PR_SET_PDEATHSIG = 1


def serve(channel: socket.socket, folder: Path, memory_bytes: int, parent: int) -> None:
    """Answer requests until the pool closes its end.

    :param folder: of this worker alone, for temporary files; whoever started it removes it.
    :param memory_bytes: of private memory, after which allocations fail.
    :param parent: process id of the fork server, with which this process dies.
    """
    _confine(folder, memory_bytes, parent)
    deadline.listen(lambda seconds, _reason: channel.sendall(wire.frame({"event": "extend", "seconds": seconds})))

    def receive(count: int) -> bytearray:
        return _receive(channel, count)

    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            channel.sendall(wire.frame(answer(wire.receive_request(receive))))


def answer(content: Content) -> dict[str, Any]:
    """The document, or the reason why there is none; never an exception and never its trace."""
    name = Path(content.name).name
    try:
        return wire.document_message(parse(content))
    except DocumentError as error:
        return wire.error_message(error)
    except MemoryError:
        reason = "needs more memory than one document may have; split it"
        return wire.error_message(DocumentError("too-much-memory", f"{name}: {reason}"))
    except (Exception, SystemExit) as error:
        # Readers turn the errors they know into reasons; this is for the ones nobody has seen yet.
        reason = f"damaged, its parser failed ({type(error).__name__}); open it and save it again"
        return wire.error_message(DocumentError("unreadable", f"{name}: {reason}"))


def _confine(folder: Path, memory_bytes: int, parent: int) -> None:
    os.setpgid(0, 0)  # pandoc and tesseract belong to the group and are ended with it
    if sys.platform == "linux":
        # The fork server has one thread, so its death is the process's and not that of some thread of it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
        # Private memory only: pandoc's run-time reserves a terabyte of addresses, which RLIMIT_AS would count.
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    folder.mkdir(mode=0o700)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    os.chdir(folder)


def _receive(channel: socket.socket, count: int) -> bytearray:
    data = bytearray(count)
    view = memoryview(data)
    at = 0
    while at < count:
        got = channel.recv_into(view[at:])
        if not got:
            raise EOFError
        at += got
    return data
