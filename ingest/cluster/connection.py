"""A Ray cluster, reached by its address: connected to, asked to do tasks, left."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from ingest import residency
from ingest.errors import IngestError, IngestUserError

TRIES = 3  # of a task whose worker is lost
_WAIT_S = 0.5  # before the second try, twice as long before the third: a machine that has no memory left may have some
_CONNECT_S = 5.0
_CONNECTIONS = 3  # tried where the process that the cluster starts for us ends at once: another took its port, say
_CLOSE_S = 30.0
_LOOK_S = 0.5  # between two looks whether somebody has closed the connection
_OPTION = "--ray"
_ADDRESS = re.compile(r"(?:ray://)?(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})")

# What a client of HTTP/2 says first, and the type of what any server of it answers, on which gRPC rests (RFC 9113).
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
_SETTINGS = 4

_log = logging.getLogger(__name__)


class LostWorkerError(IngestError):
    """Whoever did a task was lost, and whoever tried after them, too."""


class Cluster:
    """An open connection. Its methods may be called by several threads.

    :param slots: tasks that the cluster does at a time.
    """

    def __init__(self, ray: Any, address: str, slots: int) -> None:
        self._ray = ray
        self._address = address
        self._tasks: dict[Callable[..., Any], Any] = {}
        self._changed = threading.Condition()
        self._under_way: set[Any] = set()
        self._closed = False
        self.slots = slots

    def share(self, value: object) -> Any:
        """Something that many tasks get: sent once, and given to them in place of it."""
        with self._gone_named():
            return self._ray.put(value)

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What ``function``, of a module that the workers have as well, returns or raises on one of them.

        :raises LostWorkerError: it was tried :data:`TRIES` times, and each time the worker was lost.
        :raises IngestError: the cluster is gone.
        """
        lost = self._ray.exceptions
        gone = (lost.WorkerCrashedError, lost.NodeDiedError, lost.OutOfMemoryError, lost.ObjectLostError)
        for tried in range(TRIES):
            if tried:
                time.sleep(_WAIT_S * 2 ** (tried - 1))
            try:
                with self._gone_named(), self._begun(function, arguments) as task:
                    return self._result_of(task)
            except gone as error:
                self._check_open()
                reason = type(error).__name__
                _log.info("a Ray worker was lost in %s (%s)", function.__name__, reason)
            except lost.RayTaskError as error:
                raise error.cause from None
        raise LostWorkerError(
            f"Ray at {self._address}: {TRIES} workers were lost in the same task ({reason}), perhaps for want of "
            "memory; what was written is kept: give Ray fewer processors of a machine, and run this again"
        )

    def _result_of(self, task: Any) -> Any:
        while True:
            try:
                return self._ray.get(task, timeout=_LOOK_S)
            except self._ray.exceptions.GetTimeoutError:
                self._check_open()

    def close(self) -> None:
        """Wait until nobody waits for a task any more; Ray ends what is under way when it is disconnected.

        Nothing is cancelled: where a task ends at that moment, Ray aborts the whole process
        (https://github.com/ray-project/ray/pull/54798).
        """
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._under_way, _CLOSE_S)

    @contextmanager
    def _begun(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Iterator[Any]:
        with self._changed:
            self._check_open()
            if function not in self._tasks:
                # Ray would try again, too, but not say so.
                self._tasks[function] = self._ray.remote(num_cpus=1, max_retries=0)(function)
            task = self._tasks[function].remote(*arguments)
            self._under_way.add(task)
        try:
            yield task
        finally:
            with self._changed:
                self._under_way.discard(task)
                self._changed.notify_all()

    def _check_open(self) -> None:
        if self._closed:
            raise IngestError(f"the connection to Ray at {self._address} is closed")

    @contextmanager
    def _gone_named(self) -> Iterator[None]:
        of = self._ray.exceptions
        try:
            yield
        except of.RayTaskError:  # of the task's own making, of whatever kind
            raise
        except of.TaskCancelledError:
            self._check_open()
            raise
        except (ConnectionError, of.LocalRayletDiedError, of.RaySystemError, of.RpcError) as error:
            raise IngestError(
                f"Ray at {self._address} is gone ({type(error).__name__}): what was written is kept; "
                "run this again when it is back, or without --ray"
            ) from error


@contextmanager
def open_cluster(address: str) -> Iterator[Cluster]:
    """Connect to the cluster at ``address``: ``HOST:PORT`` from a machine of it, ``ray://HOST:PORT`` from any.

    :raises IngestUserError: that is no address, nothing that fits answers there, or it must not be asked.
    """
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        forms = "HOST:6379 on a machine of the cluster, ray://HOST:10001 on any other"
        raise IngestUserError(f"{_OPTION}: {address!r} is no address of a Ray cluster; write {forms}")
    residency.check_host(parts["host"], _OPTION)
    _check_is_there(address, parts["host"].strip("[]"), int(parts["port"]))
    # What Ray prints about its workers is for nobody: standard output is for the summary.
    with Path(os.devnull).open("w", encoding="utf-8") as nobody, redirect_stdout(nobody):
        ray = _connected(address, parts["host"].strip("[]"), int(parts["port"]))
        try:
            _check_hosts(ray)
            slots = int(ray.cluster_resources().get("CPU", 0))
            if not slots:
                raise IngestUserError(f"{_OPTION} {address}: no machine of the cluster has a processor to give")
            cluster = Cluster(ray, address, slots)
            try:
                yield cluster
            finally:
                cluster.close()
        finally:
            ray.shutdown()


def _check_is_there(address: str, host: str, port: int) -> None:
    """Ray itself would wait for minutes, and end the process where something else answers."""
    try:
        with socket.create_connection((host, port), _CONNECT_S) as tried:
            if os.environ.get("RAY_USE_TLS", "0") not in ("", "0"):
                return
            tried.sendall(_GREETING)
            head = tried.recv(9)
            if len(head) < 4 or head[3] != _SETTINGS:
                raise OSError("something else is there")
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise IngestUserError(
            f"{_OPTION} {address}: nobody answers there ({reason.lower()}); start the cluster with `ray start --head`, "
            f"or leave {_OPTION} out"
        ) from None


def _connected(address: str, host: str, port: int) -> Any:
    # No figures are sent to Ray's makers; and what is asked of Ray without a connection must not start a cluster.
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_ENABLE_AUTO_CONNECT="0")
    try:
        import ray
    except ImportError:
        raise IngestUserError(f"{_OPTION} needs Ray, which is not installed: pip install 'polydesk[ray]'") from None
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    if residency.is_loopback(host) and not address.startswith("ray://"):
        _check_is_there(address, ray.util.get_node_ip_address(), port)  # that is where Ray looks for it then
    with _sigterm_left_alone():
        for left in reversed(range(_CONNECTIONS)):
            try:
                ray.init(address, log_to_driver=False, configure_logging=False)
                break
            except Exception as error:  # of a dozen kinds, that of a wrong version among them
                ray.shutdown()
                if left and isinstance(error, ConnectionAbortedError):
                    continue
                raise IngestUserError(f"{_OPTION} {address}: {_reason(error)}") from error
    return ray


def _reason(error: Exception) -> str:
    said = " ".join(str(error).split())
    if "ersion mismatch" in said:
        found = said.partition("mismatch: ")[2]
        return f"other versions there than here; install the same Ray and Python on every machine. {found}"[:400]
    return f"no Ray cluster that can be used from here ({type(error).__name__}: {said[:200]})"


def _check_hosts(ray: Any) -> None:
    """Documents go to every machine of the cluster, so each of them has to be allowed."""
    for node in ray.nodes():
        names = (node["NodeManagerAddress"], node["NodeManagerHostname"])
        if node["Alive"] and names[0] not in _own_addresses() and all(map(residency.refuses, names)):
            residency.check_host(names[0], f"{_OPTION}, a machine of the cluster")


def _own_addresses() -> set[str]:
    import psutil

    return {address.address for of in psutil.net_if_addrs().values() for address in of}


@contextmanager
def _sigterm_left_alone() -> Iterator[None]:
    """Ray ends the process at SIGTERM, whoever else wanted to see to that."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)
