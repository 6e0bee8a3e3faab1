"""Locks and leases that end with their process."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from ingest.errors import StoreError
from ingest.store.leases import Lease, locked, somebody_holds_a_lease, try_lock
from ingest.store.paths import StorePaths
from tests.support.patience import PATIENCE_S


@pytest.fixture
def paths(tmp_path: Path) -> StorePaths:
    found = StorePaths.under(tmp_path)
    found.create()
    return found


def test_a_lease_is_seen_until_it_is_released(paths: StorePaths) -> None:
    assert not somebody_holds_a_lease(paths)
    first, second = Lease(paths), Lease(paths)
    first.release()
    assert somebody_holds_a_lease(paths)
    second.release()
    second.release()
    assert not somebody_holds_a_lease(paths)


def test_the_lease_of_a_killed_process_is_free_and_cleared_away(paths: StorePaths) -> None:
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        Lease(paths)
        os.write(tell, b"!")
        signal.pause()
    try:
        os.read(ready, 1)
        assert somebody_holds_a_lease(paths)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert not somebody_holds_a_lease(paths)
    assert list(paths.users.iterdir()) == []


def test_a_forked_child_neither_ends_nor_prolongs_its_parents_lease(paths: StorePaths) -> None:
    lease = Lease(paths)
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        lease.release()
        os.write(tell, b"!")
        signal.pause()
    try:
        os.read(ready, 1)
        assert somebody_holds_a_lease(paths)
        lease.release()
        assert not somebody_holds_a_lease(paths)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_lock_keeps_out_other_threads_and_says_so_when_it_takes_too_long(tmp_path: Path) -> None:
    lock, inside, leave = tmp_path / "lock", threading.Event(), threading.Event()

    def hold() -> None:
        with locked(lock, timeout=PATIENCE_S):
            inside.set()
            leave.wait(PATIENCE_S)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(PATIENCE_S)
    with pytest.raises(StoreError, match="starting or stopping the vector store"), locked(lock, timeout=0.1):
        pass
    leave.set()
    with locked(lock, timeout=PATIENCE_S):
        assert try_lock(lock) is None
    holder.join()


def test_a_folder_that_is_gone_has_no_users(tmp_path: Path) -> None:
    assert not somebody_holds_a_lease(StorePaths.under(tmp_path / "nowhere"))
