"""What tests look at from outside: the processes of a parser pool."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

from ingest.parsing.processes.memory import resident_bytes
from ingest.parsing.processes.pool import ParserPool

SLOW_RTF = b"{\\rtf1 " + b"\\b word \\b0 other\\par " * 1_000_000 + b"}"  # a minute of pandoc


def below(pid: int | None) -> list[psutil.Process]:
    """A process and all below it."""
    try:
        top = psutil.Process(pid or -1)
        return [top, *top.children(recursive=True)]
    except (psutil.Error, ValueError):
        return []


def workers(pool: ParserPool) -> list[psutil.Process]:
    return below(pool.pid)[1:]


def pandocs(pid: int | None) -> list[psutil.Process]:
    """The pandoc processes below ``pid`` that convert a file, which they do not when asked for their version."""
    found = []
    for process in below(pid):
        with suppress(psutil.Error):
            if process.name() == "pandoc" and any(word.endswith(".rtf") for word in process.cmdline()):
                found.append(process)
    return found


def resident(pool: ParserPool) -> list[int]:
    """Resident bytes of each worker with the programs it runs."""
    return [resident_bytes(worker) for worker in psutil.Process(pool.pid).children()] if pool.pid else []


@contextmanager
def watched(look: Callable[[], None], every: float = 0.05) -> Iterator[None]:
    """Calls ``look`` again and again while the block runs."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(every):
            try:
                look()
            except psutil.Error:
                continue

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
