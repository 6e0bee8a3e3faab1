"""A Ray cluster is used, or refused in one line; tasks whose worker dies are done again, a few times."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.local_ray import LocalRay
from ingest import residency
from ingest.cluster import connection
from ingest.cluster.connection import TRIES, Cluster, LostWorkerError, open_cluster
from ingest.errors import DocumentError, IngestError, IngestUserError
from tests.ingest.cluster.conftest import WORKERS
from tests.ingest.cluster.deadly import die_at_first, fail, go_on, refuse
from tests.support.patience import PATIENCE_S, eventually


def refusal(address: str) -> str:
    with pytest.raises(IngestUserError) as refused, open_cluster(address):
        pass
    message = str(refused.value)
    assert "\n" not in message and message.startswith("--ray")
    return message


@pytest.fixture
def cluster(ray_head: LocalRay) -> Iterator[Cluster]:
    with open_cluster(ray_head.address) as opened:
        yield opened


@pytest.mark.parametrize("address", ["auto", "here", "ray://here", "http://127.0.0.1:1", "127.0.0.1:6379/x", ""])
def test_what_is_no_address_is_refused_with_how_one_looks(address: str) -> None:
    assert "ray://HOST:10001" in refusal(address)


def test_where_nobody_answers_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "connection refused" in refusal(f"127.0.0.1:{port}")
    assert "connection refused" in refusal(f"ray://127.0.0.1:{port}")


def test_a_server_that_is_no_ray_is_told_from_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as web:

        def answer() -> None:
            asked, _ = web.accept()
            with asked:
                asked.recv(100)
                asked.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        assert "something else is there" in refusal(f"127.0.0.1:{web.getsockname()[1]}")


def test_only_hosts_that_are_allowed_are_asked() -> None:
    residency.keep_to(["models.example.com"])
    assert "10.1.2.3 is not among the hosts in POLYDESK_HOSTS" in refusal("ray://10.1.2.3:10001")


def test_every_machine_of_the_cluster_has_to_be_allowed(ray_head: LocalRay, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    def nodes() -> list[dict[str, object]]:
        elsewhere = {"NodeManagerAddress": "10.1.2.3", "NodeManagerHostname": "cloud", "Alive": True}
        return [*known(), elsewhere, {**elsewhere, "NodeManagerAddress": "10.9.9.9", "Alive": False}]

    known = ray.nodes
    monkeypatch.setattr(ray, "nodes", nodes)
    residency.keep_to(["models.example.com"])
    assert "10.1.2.3" in refusal(ray_head.address)
    residency.keep_to(["models.example.com", "cloud"])
    with open_cluster(ray_head.address) as cluster:
        assert cluster.slots == WORKERS


def test_other_versions_are_named(ray_head: LocalRay, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    def init(*_: object, **__: object) -> None:
        raise RuntimeError("Version mismatch: The cluster was started with:\n    Ray: 2.40.0\n    Python: 3.9.1\n")

    monkeypatch.setattr(ray, "init", init)
    message = refusal(ray_head.address)
    assert "install the same Ray and Python" in message and "Ray: 2.40.0 Python: 3.9.1" in message


def test_a_task_whose_worker_dies_is_done_again_but_not_for_ever(
    ray_head: LocalRay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(connection, "_WAIT_S", 0.0)
    (tmp_path / "some").mkdir()
    (tmp_path / "all").mkdir()
    with open_cluster(ray_head.address) as cluster:
        assert cluster.run(die_at_first, str(tmp_path / "some"), TRIES - 1) == TRIES
        with pytest.raises(LostWorkerError, match="WorkerCrashedError"):
            cluster.run(die_at_first, str(tmp_path / "all"), TRIES)
    assert len(list((tmp_path / "all").iterdir())) == TRIES
    assert capsys.readouterr().out == ""  # what Ray says of it is not for whoever reads the summary


def test_what_a_task_raises_arrives_whole(cluster: Cluster) -> None:
    with pytest.raises(DocumentError, match=r"^a\.md: no words were found in it$") as refused:
        cluster.run(refuse)
    assert refused.value.code == "empty"
    with pytest.raises(ConnectionError, match=r"^of its own$"):  # and is not taken for Ray's
        cluster.run(fail)


def test_a_machine_that_is_none_of_the_cluster_can_use_it_as_well(ray_head: LocalRay, tmp_path: Path) -> None:
    with open_cluster(ray_head.client_address) as cluster:
        assert cluster.slots == WORKERS
        assert cluster.run(die_at_first, str(tmp_path), 1) == 2
        with pytest.raises(DocumentError, match="no words"):
            cluster.run(refuse)


def test_a_cluster_that_breaks_off_is_asked_again_but_not_for_ever(
    ray_head: LocalRay, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ray

    def init(*arguments: object, **named: object) -> object:
        tries.append(arguments)
        if len(tries) <= broken:
            raise ConnectionAbortedError("Initialization failure from server")
        return connect(*arguments, **named)

    connect, broken = ray.init, 2
    tries: list[tuple[object, ...]] = []
    monkeypatch.setattr(ray, "init", init)
    with open_cluster(ray_head.address) as cluster:
        assert cluster.slots == WORKERS
    tries, broken = [], 100
    assert "ConnectionAbortedError" in refusal(ray_head.address)
    assert len(tries) == 3


def test_who_waits_for_a_task_is_told_when_the_connection_is_closed_and_its_worker_ends(
    ray_head: LocalRay, tmp_path: Path
) -> None:
    said: list[str] = []

    def wait() -> None:
        try:
            opened.run(go_on, str(tmp_path / "begun"), 10 * PATIENCE_S)
        except IngestError as error:
            said.append(str(error))

    with open_cluster(ray_head.address) as opened:
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert eventually((tmp_path / "begun").exists)
    waiting.join(PATIENCE_S)
    assert len(said) == 1 and "closed" in said[0]
    assert eventually(lambda: ray_head.workers("go_on") == [])


def test_a_closed_connection_starts_nothing(ray_head: LocalRay) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with open_cluster(ray_head.address) as cluster:
        assert signal.getsignal(signal.SIGTERM) == before
    with pytest.raises(IngestError, match="closed"):
        cluster.run(refuse)
