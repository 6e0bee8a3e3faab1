"""A process's connection to the store: opened for a while, surviving the death of the server behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from ingest.breaker import Breaker, jittered
from ingest.errors import IngestError, StoreError
from ingest.store.client import connect_locally, connect_remotely, one_line
from ingest.store.http_api import ApiError, HttpApi
from ingest.store.launch import ensure_server, start_server_unless_busy
from ingest.store.leases import Lease
from ingest.store.paths import StorePaths, disk_full_error
from ingest.store.remote import ChromaServer
from ingest.store.vectors import VectorCollection

T = TypeVar("T")

# Seen with chromadb 1.5.9: a search that meets a deletion fails so; asked again, it is answered.
_TORN = "Error finding id"
_PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.5)
_REMOTE_PAUSES_S = (0.1, 0.3, 1.0)  # between attempts to reach a server elsewhere
_PASSING_STATUS = (502, 503, 504)  # of a proxy whose server is just starting
_REVIVALS = 3  # a server that is ending may have answered just now

_early: dict[Path, Lease] = {}  # leases of servers started ahead, until a connection takes over
_early_lock = threading.Lock()


class StoreConnection:
    """An open store; may be used by several threads.

    :param paths: the home's files, or None for a remote server, which is never started or revived.
    """

    def __init__(self, client: HttpApi, url: str, paths: StorePaths | None) -> None:
        self._client = client
        self._url = url
        self._paths = paths
        self._reviving = threading.Lock()
        self._breaker = Breaker()

    @property
    def client(self) -> HttpApi:
        """The client that calls go through; another one after the server had to be replaced."""
        return self._client

    @property
    def url(self) -> str:
        return self._url

    def collection(self, name: str) -> VectorCollection:
        """The collection of this name, created for cosine similarity when there is none.

        :raises StoreError: the name is not one Chroma takes, or the collection measures another distance.
        """
        return VectorCollection(self, name)

    def list_collections(self) -> list[str]:
        """The names of all collections, sorted."""
        return sorted(
            found.name for found in self.call("listing collections", lambda client: client.list_collections())
        )

    def delete_collection(self, name: str) -> None:
        """Delete a collection and all its records.

        :raises StoreError: there is none of this name.
        """
        self.call(f"deleting collection {name!r}", lambda client: client.delete_collection(name))

    def call(self, doing: str, action: Callable[[HttpApi], T]) -> T:
        """Run ``action``; when the server is gone, bring it back and run it again (so it must be idempotent).

        One elsewhere is tried again for some seconds, and then left alone for a few: callers fail at once meanwhile.

        :param doing: what is attempted, for the message of a failure.
        :raises StoreError: Chroma refused, or does not answer.
        :raises IngestUserError: the disk is full.
        """
        try:
            if self._paths is None:
                return self._call_remotely(doing, action)
            for _ in range(_REVIVALS):
                client = self._client
                try:
                    return _patiently(action, client)
                except Exception as error:
                    if not _server_is_gone(error):
                        raise
                    self._revive(client)
            return _patiently(action, self._client)
        except IngestError:
            raise
        except Exception as error:
            raise self._named(doing, error) from error

    def close(self) -> None:
        """Close the connection; the server stays for its other users."""
        self._client.close()

    def _call_remotely(self, doing: str, action: Callable[[HttpApi], T]) -> T:
        if left := self._breaker.seconds_left():
            raise StoreError(
                f"The vector store failed at {doing}: {self._url} did not answer and is asked again in {left:.0f} s."
            )
        for pause in (*_REMOTE_PAUSES_S, None):
            try:
                answer = _patiently(action, self._client)
            except Exception as error:
                if not _is_away(error):
                    self._breaker.went_well()  # it refuses, and so it is there
                    raise
                if pause is None or _is_silent(error):
                    self._breaker.failed()
                    raise
                time.sleep(jittered(pause))
            else:
                self._breaker.went_well()
                return answer
        raise AssertionError("the last attempt returns or raises")

    def _revive(self, failed: HttpApi) -> None:
        with self._reviving:
            if self._client is not failed or self._paths is None:
                return  # another thread has done it
            info = ensure_server(self._paths)
            self._client, self._url = connect_locally(info.url), info.url
            failed.close()

    def _named(self, doing: str, error: Exception) -> IngestError:
        said = one_line(error)
        if self._paths is not None and ("is full" in said or self._paths.disk_is_full()):
            return disk_full_error(self._paths.data)
        if isinstance(error, ApiError) and error.status < 500:
            return StoreError(f"The vector store refused {doing}: {said}.")
        where = self._url if self._paths is None else f"see {self._paths.log}"
        return StoreError(f"The vector store failed at {doing}: {said} ({where}).")


def _server_is_gone(error: Exception) -> bool:
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    return isinstance(error, HTTPError) and not isinstance(error, ReadTimeoutError)


def _is_away(error: Exception) -> bool:
    """Whether nobody answers at a server elsewhere."""
    from urllib3.exceptions import HTTPError

    return isinstance(error, HTTPError) or (isinstance(error, ApiError) and error.status in _PASSING_STATUS)


def _is_silent(error: Exception) -> bool:
    """Whether it was waited for already for as long as is bearable."""
    from urllib3.exceptions import NewConnectionError
    from urllib3.exceptions import TimeoutError as Silence

    return isinstance(error, Silence) and not isinstance(error, NewConnectionError)


def _patiently(action: Callable[[HttpApi], T], client: HttpApi) -> T:
    """Run ``action`` again where another process deleted records in the middle of it."""
    for pause in _PAUSES_S:
        try:
            return action(client)
        except Exception as error:  # each client has a class of its own for what the server says
            if _TORN not in str(error):
                raise
            time.sleep(pause)
    return action(client)


@contextmanager
def open_store(home: Path, server: ChromaServer | None = None) -> Iterator[StoreConnection]:
    """Open the store of ``home``, starting its server when nobody has; the last to leave lets it end.

    :param home: POLYDESK_HOME; the data lies in its folder ``store``.
    :param server: one elsewhere; then nothing is started and ``home`` is not touched.
    :raises StoreError: no server answers; the line names the log.
    :raises IngestUserError: ``home`` cannot be written, its disk is full, or ``server`` refuses us.
    """
    if server is not None:
        remote = StoreConnection(connect_remotely(server), server.url, None)
        try:
            yield remote
        finally:
            remote.close()
        return
    paths = StorePaths.under(home)
    paths.create()
    lease = Lease(paths)
    try:
        _end_early_lease(paths)
        info = ensure_server(paths)
        connection = StoreConnection(connect_locally(info.url), info.url, paths)
        try:
            yield connection
        finally:
            connection.close()
    finally:
        lease.release()


def start_store_early(home: Path) -> None:
    """Start the server of ``home`` and return at once, so that it comes up while, say, a model is loaded.

    It stays up until this process opens the store, and then as long as that store is open; or until this process ends.

    :raises IngestUserError: ``home`` cannot be written or its disk is full.
    """
    paths = StorePaths.under(home)
    paths.create()
    with _early_lock:
        if paths.root not in _early:
            _early[paths.root] = Lease(paths)
    start_server_unless_busy(paths)


def _end_early_lease(paths: StorePaths) -> None:
    with _early_lock:
        early = _early.pop(paths.root, None)
    if early is not None:
        early.release()
