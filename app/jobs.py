"""Answers are written in threads of their own, outside any page's run, and live on when the page does not."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from app.answered_before.recalling import may_be_kept
from app.answered_before.store import AnsweredStore
from app.answers import Answer, Event, Findings, Finished, Question, Reusable
from app.conversations.errors import ConversationError
from app.conversations.partial import PartialAnswer
from app.conversations.records import Message, Status
from app.conversations.store import ConversationStore
from app.errors import AppError
from app.failures import BENEATH
from app.queueing import PlaceQueue
from app.telemetry.steps import last_trace
from app.turns import history_of
from app.waiting import wait_for_all
from ingest.errors import StoreError

_HEARTBEAT_SECONDS = 10.0
_STOPPING_SECONDS = 2.0
_KEEP_AGAIN_SECONDS = 2.0
_KEPT_SECONDS = 0.3  # between two times that what there is of an answer is kept: many are over before the first
_FINISHED_KEPT = 64  # snapshots of ended answers in memory; older ones are read from the store

_log = logging.getLogger(__name__)


class AssistantLike(Protocol):
    """What answers questions."""

    def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
        """The events of one question; the last is always ``Finished``. Ends soon once ``stop`` is set."""
        ...

    def search(self, question: Question, kinds: frozenset[str] | None = None) -> Findings:
        """What is found for a question that nobody answers; only documents of ``kinds`` unless that is None."""
        ...

    def model_name(self) -> str | None:
        """The language model in use, or None when none is connected and answers are quoted."""
        ...

    def close(self) -> None: ...


class Considering(Protocol):
    """Who says at the end of a question whether a person has to look at it."""

    def consider(self, message_id: int, question: Question, answer: Answer) -> Answer:
        """The answer as it goes out."""
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One answer at one moment; ``answer`` is set when the assistant finished, ``error`` when it failed."""

    message_id: int
    conversation_id: str
    status: Status
    partial: PartialAnswer
    answer: Answer | None = None
    error: str = ""

    @classmethod
    def of(cls, message: Message) -> Snapshot:
        """The snapshot of a stored message."""
        partial = message.partial or PartialAnswer()
        return cls(message.id, message.conversation_id, message.status, partial, message.answer, message.error)


@dataclass(slots=True)
class _Job:
    snapshot: Snapshot
    question: Question
    reusable: Reusable | None = None  # what its answer can be kept by, to be given again
    kept_at: float = 0.0  # when what there is of it was kept last, by time.monotonic
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


class AnswerJobs:
    """A bounded number of threads that write answers into the conversation store.

    :param workers: answers written at the same time; further ones wait their turn, first come first served.
    :param escalations: who hands cases over to people; nobody when None.
    :param before: keeps answers that may be given again; none is when None.
    """

    def __init__(
        self,
        assistant: AssistantLike,
        conversations: ConversationStore,
        workers: int = 4,
        escalations: Considering | None = None,
        before: AnsweredStore | None = None,
    ) -> None:
        self._assistant = assistant
        self._conversations = conversations
        self._escalations = escalations
        self._before = before
        self._queue = PlaceQueue(workers)
        self._jobs: dict[int, _Job] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._heart: threading.Thread | None = None
        conversations.mark_interrupted_on_start()

    def start(self, conversation_id: str, question: Question) -> int:
        """Record ``question`` and begin its answer; the answer's message id.

        The last turns of the conversation go along as the question's history.
        """
        history = history_of(self._conversations.messages(conversation_id))
        message_id = self._conversations.start_answer(conversation_id, question.text)
        job = _Job(
            Snapshot(message_id, conversation_id, "running", PartialAnswer()),
            question.model_copy(update={"history": history, "may_recall": self._before is not None}),
        )
        with self._lock:
            self._forget_old()
            self._jobs[message_id] = job
            self._queue.join(message_id)
            if self._heart is None:
                self._heart = threading.Thread(target=self._beat, name="answer-heartbeat", daemon=True)
                self._heart.start()
        # Daemons, which a thread pool's are not: a server that is told to end must not wait for a model.
        run = partial(copy_context().run, self._run, job)  # whoever asks is who acts in the thread, too
        threading.Thread(target=run, name=f"answer-{message_id}", daemon=True).start()
        return message_id

    def snapshot(self, message_id: int) -> Snapshot:
        """The answer as it is now, also one that another process writes.

        :raises ConversationUserError: there is no such message.
        """
        with self._lock:
            job = self._jobs.get(message_id)
            if job is not None:
                return job.snapshot
        return Snapshot.of(self._conversations.message(message_id))

    def stop(self, message_id: int) -> None:
        """Stop an answer; what is already there stays. Nothing happens when it has ended.

        The reader need not wait for a model in the middle of a word: the
        answer counts as stopped at once, and the thread winds up behind it.
        """
        with self._lock:
            job = self._jobs.get(message_id)
            if job is None:
                partial = self._conversations.message(message_id).partial
            elif job.snapshot.status != "running":
                return
            else:
                job.stop.set()
                partial = job.snapshot.partial
                job.snapshot = _ended(job.snapshot, "stopped")
        self._queue.give_up(message_id)
        ended_here = self._conversations.finish_answer(message_id, "stopped", partial=partial)
        if job is not None and not ended_here:  # it ended by itself a moment before
            stored = Snapshot.of(self._conversations.message(message_id))
            with self._lock:
                job.snapshot = stored

    def wait(self, message_id: int, timeout: float | None = None) -> Snapshot:
        """Block until the thread of an answer ended or ``timeout`` seconds passed."""
        with self._lock:
            job = self._jobs.get(message_id)
        if job is not None:
            job.ended.wait(timeout)
        return self.snapshot(message_id)

    def before(self, message_id: int) -> int | None:
        """How many answers wait longer for their turn; None where this one does not wait, here at least."""
        return self._queue.before(message_id)

    def running(self) -> frozenset[int]:
        """Message ids of the answers this process is writing."""
        with self._lock:
            return frozenset(key for key, job in self._jobs.items() if job.snapshot.status == "running")

    def finish(self, seconds: float) -> None:
        """Let the answers that are being written come to their end; those that take longer are stopped."""
        with self._lock:
            jobs = list(self._jobs.values())
        wait_for_all([job.ended for job in jobs], seconds)
        self.close(timeout=_STOPPING_SECONDS)

    def close(self, timeout: float = 10.0) -> None:
        """Stop every answer and give each thread up to ``timeout`` seconds to wind up."""
        self._closing.set()
        for message_id in self.running():
            try:
                self.stop(message_id)
            except ConversationError:  # whoever starts next finds it left behind
                _log.warning("that answer %d was stopped could not be kept", message_id, exc_info=True)
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.ended.wait(timeout)

    def _run(self, job: _Job) -> None:
        try:
            try:
                may_begin = self._queue.wait(job.snapshot.message_id) and not job.stop.is_set()
                answer = self._answer(job) if may_begin else None
            finally:
                self._queue.leave(job.snapshot.message_id)
            if answer is not None:
                self._end(job, "finished", answer=answer)
                self._keep(job, answer)
        except AppError as error:
            _log.warning("answer %d failed", job.snapshot.message_id, exc_info=True)
            self._end(job, "failed", error=_one_line(str(error)))
        except StoreError:
            _log.exception("answer %d failed", job.snapshot.message_id)
            self._end(job, "failed", error="The store of the documents does not answer; ask again in a moment.")
        except BENEATH:
            _log.exception("answer %d failed", job.snapshot.message_id)
            self._end(job, "failed", error="The database does not answer; ask again in a moment.")
        except Exception as error:  # whatever breaks, the reader gets one line and the operator the trace
            _log.exception("answer %d failed", job.snapshot.message_id)
            self._end(job, "failed", error=f"The assistant failed ({type(error).__name__}); see the server's log.")
        finally:
            job.ended.set()

    def _answer(self, job: _Job) -> Answer:
        answer = self._consume(job)
        if self._escalations is None:
            return answer
        trace = last_trace()
        with trace.step("escalation") as step:
            answer = self._escalations.consider(job.snapshot.message_id, job.question, answer)
            trace.escalated(answer, step)
        return answer

    def _consume(self, job: _Job) -> Answer:
        answer: Answer | None = None
        job.kept_at = time.monotonic()
        for event in self._assistant.ask(job.question, job.stop):
            if isinstance(event, Reusable):
                job.reusable = event
                continue
            if isinstance(event, Finished):
                answer = event.answer
            with self._lock:
                if job.snapshot.status != "running":
                    continue  # stopped: the assistant winds up (and records) unseen
                partial = job.snapshot.partial.after(event)
                job.snapshot = _with_partial(job.snapshot, partial)
            if answer is None and time.monotonic() - job.kept_at >= _KEPT_SECONDS:
                self._keep_partial(job, partial)
                job.kept_at = time.monotonic()
        if answer is None:
            raise AppError("The assistant ended without an answer; ask again.")
        return answer

    def _keep_partial(self, job: _Job, partial: PartialAnswer) -> None:
        try:
            if not self._conversations.update_partial(job.snapshot.message_id, partial):
                self._find_out_why(job)
        except ConversationError:  # what counts is the end
            _log.warning("what there is of answer %d could not be kept", job.snapshot.message_id, exc_info=True)

    def _keep(self, job: _Job, answer: Answer) -> None:
        """Where the answer may be given again; that it cannot be kept for that changes nothing about it."""
        if self._before is None or job.reusable is None or job.snapshot.status != "finished":
            return
        if may_be_kept(answer):
            try:
                self._before.keep(job.reusable, job.snapshot.message_id)
            except AppError:
                _log.warning("answer %d is not given again", job.snapshot.message_id, exc_info=True)

    def _find_out_why(self, job: _Job) -> None:
        """The stored answer is not running any more: another process stopped it, or it was deleted."""
        try:
            status = self._conversations.message(job.snapshot.message_id).status
        except AppError:
            status = "stopped"
        if status == "stopped":
            job.stop.set()
            with self._lock:
                job.snapshot = _ended(job.snapshot, "stopped")

    def _end(self, job: _Job, status: Status, answer: Answer | None = None, error: str = "") -> None:
        while job.snapshot.status == "running":
            snapshot = job.snapshot
            try:
                self._conversations.finish_answer(snapshot.message_id, status, answer, snapshot.partial, error)
            except ConversationError:  # the database is gone: an answer is not lost with it
                _log.warning("answer %d waits to be kept", snapshot.message_id, exc_info=True)
                if not self._closing.wait(_KEEP_AGAIN_SECONDS):
                    continue
                status, answer, error = "failed", None, "The answer could not be kept: the database was gone."
            except AppError as failure:
                _log.exception("answer %d could not be kept", snapshot.message_id)
                status, answer, error = "failed", None, _one_line(str(failure))
            with self._lock:
                if job.snapshot.status == "running":
                    job.snapshot = Snapshot(
                        snapshot.message_id, snapshot.conversation_id, status, snapshot.partial, answer, error
                    )

    def _beat(self) -> None:
        while not self._closing.wait(_HEARTBEAT_SECONDS):
            try:
                if running := self.running():
                    self._conversations.touch(running)
            except AppError:
                _log.warning("no sign of life could be given for the running answers", exc_info=True)

    def _forget_old(self) -> None:
        ended = [key for key, job in self._jobs.items() if job.ended.is_set()]
        for key in ended[:-_FINISHED_KEPT]:
            del self._jobs[key]


def _with_partial(snapshot: Snapshot, partial: PartialAnswer) -> Snapshot:
    return Snapshot(snapshot.message_id, snapshot.conversation_id, snapshot.status, partial)


def _ended(snapshot: Snapshot, status: Status) -> Snapshot:
    return Snapshot(snapshot.message_id, snapshot.conversation_id, status, snapshot.partial)


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "The assistant failed; see the server's log."
