"""The memory of a process and of all that it started, whichever way the system tells of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from ingest.parsing.processes import memory
from ingest.parsing.processes.memory import resident_bytes

_HELD = 60_000_000
_HOLDS = f"data = b'x' * {_HELD}; print('ready', flush=True); import sys; sys.stdin.read()"
# From a thread, as libraries do: the kernel keeps the children of each thread apart.
_STARTS = f"""
import subprocess, sys, threading
code = {_HOLDS!r}
thread = threading.Thread(target=lambda: subprocess.run([sys.executable, "-c", code]))
thread.start()
thread.join()
"""


@pytest.fixture
def family() -> Iterator[psutil.Process]:
    """A process that holds little, and one below it that holds 60 MB."""
    top = subprocess.Popen([sys.executable, "-c", _STARTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert top.stdout is not None and top.stdout.readline() == "ready\n"
    yield psutil.Process(top.pid)
    top.communicate()


@pytest.mark.parametrize("kept", [True, False], ids=["by the kernel", "by looking at every process"])
def test_what_a_process_started_counts_with_it(
    family: psutil.Process, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not kept:
        monkeypatch.setattr(memory, "_knows_children", lambda: False)
    elif not memory._knows_children():
        pytest.skip("this system does not keep the children of a process")
    assert _HELD < resident_bytes(family) < 2 * _HELD
    own = family.memory_info().rss
    child = family.children()[0].memory_info().rss
    assert resident_bytes(family) == pytest.approx(own + child, rel=0.05)


@pytest.mark.parametrize("kept", [True, False])
def test_of_a_process_that_is_gone_there_is_none(kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not kept:
        monkeypatch.setattr(memory, "_knows_children", lambda: False)
    started = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    process = psutil.Process(started.pid)
    started.communicate()
    assert resident_bytes(process) == 0
