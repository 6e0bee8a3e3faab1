"""Run a command, and see how long it takes and how much memory it and its children take."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

import psutil

from ingest.parsing.processes.memory import resident_bytes

_SAMPLE_S = 0.05  # of the end, and of the process itself
_TREE_EVERY = 5  # samples: to look at a tree of three processes takes 2 ms, and one that ingests is larger
_HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_KEPT_LINES = 200  # of standard error


@dataclass(frozen=True, slots=True)
class Measured:
    """A command that has ended. Memory is resident, in bytes.

    ``peak`` is the kernel's own high-water mark of the process where ``/proc`` has it, so nothing between two
    samples is missed; elsewhere it is the largest sample and what ``wait4`` reports. ``tree_peak`` is the
    largest sum over the process and all below it, sampled every 250 ms; pages they share count in each.
    """

    seconds: float
    status: int
    output: str
    errors: str
    peak: int
    tree_peak: int


def run_measured(
    command: Sequence[str],
    environment: Mapping[str, str],
    on_error_line: Callable[[str], None] = lambda _line: None,
) -> Measured:
    """Run ``command`` to its end.

    :param on_error_line: called, from another thread, with each line that it writes to standard error.
    """
    lines: list[str] = []
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=subprocess.PIPE)
        reader = threading.Thread(target=_read_lines, args=(process.stderr, lines, on_error_line), daemon=True)
        reader.start()
        try:
            memory = _watch(process)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
        seconds = time.perf_counter() - started
        reader.join(_SAMPLE_S * 20)  # a child that lives on may hold the pipe open
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    return Measured(seconds, process.returncode, text, "\n".join(lines), *memory)


def _watch(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Wait for the process; the peaks of its own memory and of its tree's."""
    peak = tree_peak = high_water = 0
    for sample in count():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            root = psutil.Process(process.pid)
            own = root.memory_info().rss
            high_water = max(high_water, _high_water(process.pid))
            peak = max(peak, own)
            if sample % _TREE_EVERY == 0:
                tree_peak = max(tree_peak, resident_bytes(root))
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            break
        time.sleep(_SAMPLE_S)
    # Before it runs its own program a child counts as large as its parent, so the high-water mark is preferred.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = high_water or max(peak, usage.ru_maxrss * unit)
    return peak, max(tree_peak, peak)


def _high_water(pid: int) -> int:
    try:
        found = _HIGH_WATER.search(Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def _read_lines(stream: IO[bytes] | None, lines: list[str], on_line: Callable[[str], None]) -> None:
    for raw in stream or ():
        line = raw.decode("utf-8", "replace").rstrip("\n")
        lines.append(line)
        del lines[:-_KEPT_LINES]
        on_line(line)
