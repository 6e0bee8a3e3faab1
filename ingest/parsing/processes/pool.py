"""Parsing in processes of their own, which are ended when a document takes too much of anything."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from ingest.documents import Content, ParsedDocument
from ingest.errors import DocumentError, IngestError
from ingest.parsing.libraries import EVERYTHING, libraries_for
from ingest.parsing.processes.fork_server_handle import ForkServerHandle
from ingest.parsing.processes.limits import Limits
from ingest.parsing.processes.worker_handle import OverLimitError, WorkerHandle

__all__ = ["Limits", "ParserPool"]

_MOST_WORKERS = 4  # by default; embedding wants the other processors
_MANY = 40  # files, for which a worker that knows every library is worth more than one that is there at once


class ParserPool:
    """Parses documents in worker processes, as many at a time as there are workers.

    Thread-safe: each thread that parses has a worker for itself, or waits for one. Processes start when the first
    document or :meth:`warm_up` asks for them, and are gone when the pool is closed or its own process ends, however
    that ends.

    :param workers: how many at most; by default one less than there are processors, between 1 and 4.
    """

    def __init__(self, workers: int | None = None, limits: Limits | None = None) -> None:
        if workers is not None and workers < 1:
            raise ValueError("workers must be at least 1")
        self.limits = limits or Limits()
        self._most = workers or min(max(1, (os.cpu_count() or 2) - 1), _MOST_WORKERS)
        self._changed = threading.Condition()
        self._server: ForkServerHandle | None = None
        self._idle: list[WorkerHandle] = []
        self._busy = 0
        self._closed = False
        self._modules = EVERYTHING
        self._many = False

    @property
    def workers(self) -> int:
        """How many documents are parsed at a time, at most."""
        return self._most

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm_up(self, names: Iterable[str] | None = None) -> None:
        """Start importing the libraries, without waiting: the first document will find them ready.

        :param names: of the files that will come; without it, the libraries for every format are imported.
        """
        if names is not None:
            expected = list(names)
            self._modules, self._many = libraries_for(expected), len(expected) > _MANY
        self._fork_server()

    def parse(self, content: Content) -> ParsedDocument:
        """What :func:`ingest.parsing.parse` makes of ``content``, within the limits.

        :raises DocumentError: as that function does; and with the code ``too-slow``, ``too-much-memory`` or
            ``crashed`` when the worker had to be ended or ended itself.
        :raises IngestError: the processes cannot be started.
        """
        with self._worker() as worker:
            return worker.parse(content)

    def close(self) -> None:
        """End every process; a document that another thread is waiting for is ``crashed``."""
        with self._changed:
            self._closed = True
            server, self._server = self._server, None
            for worker in self._idle:
                worker.close()
            self._idle.clear()
            self._changed.notify_all()
        if server is not None:
            server.close()

    @property
    def pid(self) -> int | None:
        """The process that every worker is a child of; None while there is none."""
        server = self._server
        return server.pid if server is not None and server.is_alive() else None

    @contextmanager
    def _worker(self) -> Iterator[WorkerHandle]:
        """A worker for one document; what becomes of it is decided by how the document ends."""
        server = self._fork_server()
        worker = self._taken(server)
        fit = False
        try:
            yield worker
            fit = True
        except DocumentError as error:
            fit = error.code != "too-much-memory"  # an allocation failed in it: who knows what else did
            raise
        except OverLimitError as error:
            raise error.reason from None
        finally:
            self._give_back(server, worker, fit=fit and not worker.is_worn())

    def _taken(self, server: ForkServerHandle) -> WorkerHandle:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._idle or self._busy < self._most)
            self._check_open()
            self._busy += 1
            worker = self._idle.pop() if self._idle else None
        try:
            if worker is not None:
                if worker.is_listening():
                    return worker
                server.end(worker)
            return server.fork()
        except BaseException:
            self._give_back(server, None, fit=False)
            raise

    def _give_back(self, server: ForkServerHandle, worker: WorkerHandle | None, *, fit: bool) -> None:
        if worker is not None and not fit:
            server.end(worker)
        with self._changed:
            self._busy -= 1
            if worker is not None and fit:
                if server is self._server:
                    self._idle.append(worker)
                else:
                    worker.close()
            self._changed.notify()

    def _fork_server(self) -> ForkServerHandle:
        with self._changed:
            self._check_open()
            if self._server is not None and not self._server.is_alive():
                for worker in self._idle:
                    worker.close()
                self._idle.clear()
                self._server.close()
                self._server = None
            if self._server is None:
                self._server = ForkServerHandle(self.limits, self._modules, all_first=self._many)
            return self._server

    def _check_open(self) -> None:
        if self._closed:
            raise IngestError("the parser pool is closed")
