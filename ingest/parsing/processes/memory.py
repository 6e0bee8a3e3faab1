"""How much memory a process takes, and all that it started."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psutil

_PROCESSES = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def resident_bytes(process: psutil.Process) -> int:
    """Resident memory of a process and all below it; 0 when it is gone."""
    if not _knows_children():
        return _asked_of_all(process)
    return sum(_resident(pid) for pid in (process.pid, *_below(process.pid)))


def _below(pid: int) -> Iterator[int]:
    """The processes below one, as the kernel keeps them.

    Psutil reads the parent of every process of the machine: on a busy one that takes 10 ms, and this is asked ten times
    a second for each worker.
    """
    try:
        lists = [file.read_text() for file in (_PROCESSES / str(pid) / "task").glob("*/children")]
    except OSError:  # it has ended meanwhile
        return
    for child in (int(word) for each in lists for word in each.split()):
        yield child
        yield from _below(child)


def _resident(pid: int) -> int:
    try:
        return int((_PROCESSES / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


@cache
def _knows_children() -> bool:
    """Whether the system keeps them: Linux does, unless its kernel was built without (CONFIG_PROC_CHILDREN)."""
    return (_PROCESSES / "self" / "task" / str(threading.get_native_id()) / "children").exists()


def _asked_of_all(process: psutil.Process) -> int:
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue
    return total
