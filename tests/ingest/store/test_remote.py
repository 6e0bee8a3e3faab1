"""A Chroma server elsewhere that goes away is missed in one clear line, waited for once, and found again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.errors import StoreError
from ingest.store import ChromaServer, StoreConnection, connection, open_store
from tests.support.gate import Gate
from tests.support.patience import eventually


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    with open_store(tmp_path) as store:
        gate = Gate(int(store.url.rpartition(":")[2]))
        gate.open()
        yield gate
        gate.shut()


@pytest.fixture
def remote(gate: Gate, tmp_path: Path) -> Iterator[StoreConnection]:
    with open_store(tmp_path / "nowhere", ChromaServer(gate.url)) as remote:
        yield remote


def test_a_server_that_is_gone_is_said_in_one_line_and_found_again_by_itself(
    remote: StoreConnection, gate: Gate
) -> None:
    assert remote.list_collections() == []
    gate.shut()
    with pytest.raises(StoreError, match=gate.url):
        remote.list_collections()
    with pytest.raises(StoreError, match="is asked again in"):
        remote.list_collections()
    gate.open()
    assert eventually(lambda: _answers(remote))


def test_a_server_that_is_away_for_a_moment_is_not_missed(
    remote: StoreConnection, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = threading.Event()

    def comes_back(_seconds: float) -> None:
        if not waited.is_set():
            gate.open()
        waited.set()

    gate.shut()
    monkeypatch.setattr(connection, "time", SimpleNamespace(sleep=comes_back))
    assert remote.list_collections() == []
    assert waited.is_set()


def test_what_the_server_refuses_is_no_reason_to_leave_it_alone(remote: StoreConnection) -> None:
    for _ in range(2):
        with pytest.raises(StoreError, match="deleting collection"):
            remote.delete_collection("there-is-none")
    assert remote.list_collections() == []


def _answers(remote: StoreConnection) -> bool:
    try:
        return remote.list_collections() == []
    except StoreError:
        return False
