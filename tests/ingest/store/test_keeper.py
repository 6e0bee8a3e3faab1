"""The keeper: one owner of the data, quiet towards the network, with a log that does not grow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.store import keeper, open_store
from ingest.store.keeper import bound_log
from ingest.store.paths import StorePaths
from tests.support.patience import PATIENCE_S, wait_until

from .processes import REPOSITORY, keeper_pid


def test_a_second_keeper_refuses_data_that_have_an_owner(home: Path) -> None:
    with open_store(home) as store:
        second = subprocess.run(
            [sys.executable, "-m", "ingest.store.keeper", "--home", str(home)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        assert second.returncode == 2
        assert "Another keeper owns" in second.stderr
        assert store.list_collections() == []


def test_the_server_listens_on_the_loopback_alone_and_connects_to_nobody(home: Path) -> None:
    psutil = pytest.importorskip("psutil")
    with open_store(home) as store:
        store.collection("notes")
        addresses = {
            end.ip
            for found in psutil.Process(keeper_pid(home)).net_connections("inet")
            for end in (found.laddr, found.raddr)
            if end
        }
        assert addresses == {"127.0.0.1"}


def test_the_server_ends_when_its_home_is_deleted(home: Path) -> None:
    psutil = pytest.importorskip("psutil")
    with open_store(home):
        process = psutil.Process(keeper_pid(home))
        shutil.rmtree(home)
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, "the server ends")


def test_a_log_beyond_its_limit_keeps_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_LOG_LIMIT", 1000)
    monkeypatch.setattr(keeper, "_LOG_KEPT", 10)
    log = tmp_path / "server.log"
    log.write_bytes(b"x" * 995)
    descriptor = os.open(log, os.O_RDWR | os.O_APPEND)
    bound_log(descriptor)
    assert log.stat().st_size == 995
    os.write(descriptor, b"the newest line\n")
    bound_log(descriptor)
    os.write(descriptor, b"and one more\n")
    os.close(descriptor)
    assert log.read_bytes() == b"... earlier lines were dropped ...\nwest line\nand one more\n"


def test_the_listening_port_is_that_of_this_process() -> None:
    # In a process of its own: servers of other tests may be listening in this one.
    code = """
import os
import socket
from ingest.store.keeper import listening_port
assert listening_port() is None
with socket.socket() as silent, socket.socket() as listening:
    silent.bind(("127.0.0.1", 0))
    assert listening_port() is None
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    before = os.listdir("/dev/fd")
    for _ in range(20):
        assert listening_port() == listening.getsockname()[1]
    assert os.listdir("/dev/fd") == before  # it is asked for many times a second while the server starts
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=PATIENCE_S)


def test_the_log_is_its_owners_alone(home: Path) -> None:
    with open_store(home):
        assert StorePaths.under(home).log.stat().st_mode & 0o077 == 0
