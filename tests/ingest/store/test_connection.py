"""The life of the server: shared, started on demand, replaced when it dies, ended with its last user."""

from __future__ import annotations

import os
import random
import signal
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import IngestUserError, StoreError
from ingest.store import ChromaServer, Record, open_store, start_store_early
from ingest.store.http_api import ApiError
from ingest.store.launch import ensure_server
from ingest.store.leases import Lease, locked
from ingest.store.paths import StorePaths
from tests.support.patience import PATIENCE_S, wait_until

from .processes import keeper_is_alive, keeper_pid, start_program, waiting_user


def record(id: str, *vector: float) -> Record:
    return Record(id, np.array(vector, dtype=np.float32), id, {})


def test_two_processes_share_one_server_and_see_each_others_records(home: Path) -> None:
    with open_store(home) as store:
        store.collection("notes").add([record("from here", 1, 0)])
        other = start_program(
            home,
            """
with open_store(home) as store:
    notes = store.collection("notes")
    print(store.url, sorted(notes.ids()))
    notes.add([record("from there", 0, 1)])
""",
        )
        said, _ = other.communicate(timeout=PATIENCE_S)
        assert said.split(maxsplit=1) == [store.url, "['from here']\n"]
        assert store.collection("notes").query(np.array([0, 1], dtype=np.float32), 1)[0].id == "from there"


def test_the_server_ends_after_its_last_user_and_the_records_stay(home: Path) -> None:
    with waiting_user(home) as (_, url):
        with open_store(home) as store:
            assert store.url == url
            store.collection("notes").add([record("kept", 1, 0)])
        time.sleep(1)
        assert keeper_is_alive(home), "the other user is still there"
    wait_until(lambda: not keeper_is_alive(home), "the server ends")
    assert not StorePaths.under(home).server_file.exists()
    with open_store(home) as store:
        assert list(store.collection("notes").ids()) == ["kept"]


def test_the_server_ends_when_its_last_user_is_killed(home: Path) -> None:
    with waiting_user(home) as (user, _):
        pid = keeper_pid(home)
        user.kill()
        user.wait()
        wait_until(lambda: not keeper_is_alive(home), "the server ends")
    assert pid != user.pid
    assert list(StorePaths.under(home).users.iterdir()) == []


def test_closing_one_of_two_connections_of_a_process_leaves_the_other_working(home: Path) -> None:
    with open_store(home) as first:
        with open_store(home) as second:
            assert second.url == first.url
        time.sleep(1)
        assert first.list_collections() == []
        assert first.url == second.url


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_connection_goes_on_with_a_new_server_when_its_own_dies(home: Path, how: signal.Signals) -> None:
    with open_store(home) as store:
        notes = store.collection("notes")
        notes.add([record("before", 1, 0)])
        dead, client = keeper_pid(home), store.client
        os.kill(dead, how)
        with ThreadPoolExecutor(4) as threads:
            counts = list(threads.map(lambda _: notes.count(), range(8)))
        assert counts == [1] * 8
        assert keeper_pid(home) != dead
        assert store.client is not client
        notes.add([record("after", 0, 1)])
        assert sorted(notes.ids()) == ["after", "before"]


def test_the_next_user_replaces_a_server_that_was_killed(home: Path) -> None:
    with waiting_user(home) as (_, url):
        os.kill(keeper_pid(home), signal.SIGKILL)
        with open_store(home) as store:
            assert store.url != url
            assert store.list_collections() == []


def test_users_that_arrive_while_the_server_ends_are_served(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYDESK_STORE_LINGER", "0.05")
    chance = random.Random(7)
    pids = set()
    for round in count():
        with open_store(home) as store:
            pids.add(keeper_pid(home))
            notes = store.collection("notes")
            notes.add([record(f"round {round}", 1, round)])
            assert notes.count() == round + 1
        if round > 7 and len(pids) > 1:
            break
        time.sleep(chance.uniform(0.02, 0.2))  # often just when it ends
        assert round < 200, "the server never ended between two users: the test shows nothing"


def test_a_server_without_users_stays_for_the_one_who_is_just_arriving(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_STORE_LINGER", "0.05")
    paths = StorePaths.under(home)
    for _ in range(3):
        with open_store(home):
            pid = keeper_pid(home)
            arriving = ExitStack()
            arriving.enter_context(locked(paths.start_lock, timeout=PATIENCE_S))
        with arriving:
            time.sleep(0.6)  # the server wants to end, but whoever arrives or leaves goes first
            assert keeper_is_alive(home)
            lease = Lease(paths)
        time.sleep(0.4)
        assert keeper_is_alive(home)
        assert keeper_pid(home) == pid
        lease.release()


def test_many_users_that_arrive_at_once_start_one_server(home: Path) -> None:
    def visit(_: int) -> tuple[str, int]:
        with open_store(home) as store:
            gate.wait(timeout=PATIENCE_S)
            return store.url, keeper_pid(home)

    gate = threading.Barrier(4)
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(visit, range(4)))) == 1


def test_the_server_file_and_the_folder_are_their_owners_alone(home: Path) -> None:
    with open_store(home):
        paths = StorePaths.under(home)
        assert stat.S_IMODE(paths.server_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(paths.root.stat().st_mode) == 0o700


def test_the_server_lives_in_a_session_of_its_own_out_of_reach_of_ctrl_c(home: Path) -> None:
    with open_store(home):
        assert os.getsid(keeper_pid(home)) not in (os.getsid(0), os.getsid(os.getppid()))


def test_a_server_started_early_is_found_and_ends_with_the_connection(home: Path) -> None:
    paths = StorePaths.under(home)
    paths.create()
    with locked(paths.start_lock, timeout=PATIENCE_S):
        start_store_early(home)  # waits for nobody, or it would wait for ever here
    start_store_early(home)
    wait_until(paths.server_file.exists, "the server comes up")
    time.sleep(1)
    early = keeper_pid(home)
    with open_store(home) as store:
        assert store.list_collections() == []
        assert keeper_pid(home) == early
    wait_until(lambda: not keeper_is_alive(home), "the server ends")


def test_a_server_elsewhere_is_used_by_its_address_and_nothing_is_started(home: Path, tmp_path: Path) -> None:
    with open_store(home) as here:
        here.collection("notes").add([record("there", 1, 0)])
        with open_store(tmp_path / "untouched", ChromaServer(here.url)) as remote:
            assert remote.collection("notes").get(["there"])[0].text == "there"
            assert remote.url == here.url
    assert not (tmp_path / "untouched").exists()


def test_a_proxy_in_the_environment_is_not_asked_for_the_loopback(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "intranet.example")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with open_store(home) as store:
        assert store.list_collections() == []
        with open_store(home, ChromaServer(store.url)) as remote:
            assert remote.list_collections() == []


def test_variables_meant_for_another_chroma_server_change_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMA_SERVER_HOST", "chroma.example")
    monkeypatch.setenv("CHROMA_SERVER_HTTP_PORT", "1")
    monkeypatch.setenv("CHROMA_PORT", "1")
    monkeypatch.setenv("CHROMA_PERSIST_PATH", str(home / "elsewhere"))
    with open_store(home) as store:
        store.collection("notes").add([record("here", 1, 0)])
    assert (home / "store" / "chroma" / "chroma.sqlite3").exists()
    assert not (home / "elsewhere").exists()


def test_a_server_that_hangs_is_one_line_that_names_the_log(home: Path) -> None:
    with open_store(home):
        pid, paths = keeper_pid(home), StorePaths.under(home)
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(StoreError, match=r"did not answer within 1 s: see .*server\.log") as caught:
                ensure_server(paths, answer_time=1)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert f"process {pid}" in str(caught.value)


def test_data_that_chroma_cannot_open_is_one_line_with_the_reason(home: Path) -> None:
    data = home / "store" / "chroma"
    data.mkdir(parents=True)
    (data / "chroma.sqlite3").write_bytes(b"this is no database " * 400)
    with pytest.raises(StoreError, match=r"did not start .*not a database.*server\.log") as caught, open_store(home):
        pass
    assert "\n" not in str(caught.value)


def test_a_home_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IngestUserError, match="set POLYDESK_HOME"), open_store(tmp_path / "file" / "home"):
        pass


def test_nobody_at_an_address_is_a_store_error_that_names_it(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match=r"http://127\.0\.0\.1:1 "),
        open_store(tmp_path, ChromaServer("http://127.0.0.1:1")),
    ):
        pass


@pytest.mark.parametrize(("failures", "answered"), [(3, True), (100, False)])
def test_a_search_that_meets_a_deletion_is_asked_again_but_not_for_ever(
    home: Path, failures: int, answered: bool
) -> None:
    left = [ApiError("Error executing plan: Error finding id", 500)] * failures

    def search(client: object) -> str:
        if left:
            raise left.pop()
        return "found"

    with open_store(home) as store:
        if answered:
            assert store.call("searching", search) == "found"
        else:
            with pytest.raises(StoreError, match="failed at searching"):
                store.call("searching", search)
