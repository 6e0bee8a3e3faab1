"""Drafts are written in threads of their own, outside any page's run, and are kept when they are done."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import partial

from app.desk.drafts.draft import Draft
from app.desk.drafts.store import DraftStore
from app.errors import AppError
from app.waiting import wait_for_all

_STOPPING_SECONDS = 2.0
_log = logging.getLogger(__name__)

# Writes a draft; told how many of the parts are done, of how many, and when to stop.
WriteDraft = Callable[[threading.Event, Callable[[int, int], None]], Draft]


@dataclass(frozen=True, slots=True)
class Writing:
    """A draft that is being written, or why it was not."""

    done: int = 0
    of: int = 0
    running: bool = True
    error: str = ""


@dataclass(slots=True)
class _Job:
    writing: Writing = field(default_factory=Writing)
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


class DraftJobs:
    """A bounded number of threads that write drafts into their store, one at a time for a conversation.

    :param workers: drafts written at the same time; further ones wait their turn.
    """

    def __init__(self, store: DraftStore, workers: int = 2) -> None:
        self._store = store
        self._slots = threading.Semaphore(workers)
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def start(self, conversation_id: str, write: WriteDraft) -> None:
        """Begin a draft, unless one is being written for this conversation."""
        with self._lock:
            known = self._jobs.get(conversation_id)
            if known is not None and known.writing.running:
                return
            job = self._jobs[conversation_id] = _Job()
        name = f"draft-{conversation_id}"
        # Daemons: a server that is told to end must not wait for a model.
        run = partial(copy_context().run, self._run, conversation_id, job, write)  # for whoever begins it
        threading.Thread(target=run, name=name, daemon=True).start()

    def writing(self, conversation_id: str) -> Writing | None:
        """What is being written, or why nothing came of it; None when it is done or nothing was begun."""
        with self._lock:
            job = self._jobs.get(conversation_id)
            return job.writing if job else None

    def stop(self, conversation_id: str) -> None:
        """Give up what is being written; nothing of it is kept."""
        with self._lock:
            job = self._jobs.pop(conversation_id, None)
        if job is not None:
            job.stop.set()

    def wait(self, conversation_id: str, timeout: float | None = None) -> None:
        """Block until the thread of a draft ended or ``timeout`` seconds passed."""
        with self._lock:
            job = self._jobs.get(conversation_id)
        if job is not None:
            job.ended.wait(timeout)

    def finish(self, seconds: float) -> None:
        """Let drafts come to their end; those that take longer are given up."""
        with self._lock:
            jobs = list(self._jobs.values())
        wait_for_all([job.ended for job in jobs], seconds)
        self.close(timeout=_STOPPING_SECONDS)

    def close(self, timeout: float = 5.0) -> None:
        """Stop every draft and give each thread up to ``timeout`` seconds to wind up."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.stop.set()
        for job in jobs:
            job.ended.wait(timeout)

    def _run(self, conversation_id: str, job: _Job, write: WriteDraft) -> None:
        def progress(done: int, of: int) -> None:
            with self._lock:
                job.writing = replace(job.writing, done=done, of=of)

        error = ""
        try:
            with self._slots:
                if not job.stop.is_set():
                    draft = write(job.stop, progress)
                    if not job.stop.is_set():
                        self._store.add(conversation_id, draft)
        except AppError as failure:
            _log.info("no draft for conversation %s", conversation_id, exc_info=True)
            error = " ".join(str(failure).split())
        except Exception as failure:  # whatever breaks, the agent gets one line and the operator the trace
            _log.exception("no draft for conversation %s", conversation_id)
            error = f"The draft failed ({type(failure).__name__}); see the server's log."
        finally:
            self._end(conversation_id, job, error)

    def _end(self, conversation_id: str, job: _Job, error: str) -> None:
        with self._lock:
            job.writing = replace(job.writing, running=False, error=error)
            if not error and self._jobs.get(conversation_id) is job:
                del self._jobs[conversation_id]
        job.ended.set()
