"""Answers are written in the background, can be watched and stopped, and always come to an end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import jobs as answer_jobs
from app.answers import Answer, Event, Finished, Question, Understood
from app.conversations.database import default_url
from app.conversations.errors import ConversationError
from app.conversations.store import ConversationStore
from app.errors import AppUserError
from app.jobs import AnswerJobs, AssistantLike
from ingest.errors import StoreError
from tests.support.fake_assistant import FakeAssistant
from tests.support.patience import PATIENCE_S, eventually

GERMAN = Question(text="Wie lange kann man zurückgeben?")
LONG = Question(text="Tell me everything")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(default_url(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def jobs_on(store: ConversationStore) -> Iterator[Callable[..., AnswerJobs]]:
    opened: list[AnswerJobs] = []

    def make(assistant: AssistantLike, workers: int = 4) -> AnswerJobs:
        opened.append(AnswerJobs(assistant, store, workers))
        return opened[-1]

    yield make
    for jobs in opened:
        jobs.close(timeout=PATIENCE_S)


def test_an_answer_grows_in_memory_and_in_the_store_and_then_is_finished(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    jobs = jobs_on(FakeAssistant(delay=0.05))
    message_id = jobs.start(store.create().id, GERMAN)
    assert eventually(lambda: len(jobs.snapshot(message_id).partial.sentences) >= 1)
    assert jobs.snapshot(message_id).status == "running"
    assert jobs.snapshot(message_id).partial.language == "de"
    assert eventually(lambda: store.message(message_id).text.startswith("Artikel können"))

    ended = jobs.wait(message_id, PATIENCE_S)
    assert ended.status == "finished"
    assert ended.answer is not None
    assert len(ended.answer.citations) == 3
    stored = store.message(message_id)
    assert (stored.status, stored.answer, stored.language) == ("finished", ended.answer, "de")


def test_another_process_sees_the_same_answer_through_the_store(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    jobs = jobs_on(FakeAssistant(delay=0.05))
    message_id = jobs.start(store.create().id, LONG)
    assert eventually(lambda: len(jobs.snapshot(message_id).partial.sentences) >= 2)
    elsewhere = jobs_on(FakeAssistant())
    assert eventually(lambda: len(elsewhere.snapshot(message_id).partial.sentences) >= 2)
    assert elsewhere.snapshot(message_id).status == "running"


def test_stopping_takes_effect_at_once_and_keeps_what_was_shown(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    jobs = jobs_on(FakeAssistant(delay=0.05))
    message_id = jobs.start(store.create().id, LONG)
    assert eventually(lambda: len(jobs.snapshot(message_id).partial.sentences) >= 2)
    jobs.stop(message_id)
    stopped = jobs.snapshot(message_id)
    assert stopped.status == store.message(message_id).status == "stopped"
    assert 2 <= len(stopped.partial.sentences) < 40
    later = jobs.wait(message_id, PATIENCE_S)
    assert later.partial == stopped.partial, "nothing is added after Stop"
    assert store.message(message_id).partial == stopped.partial


def test_an_assistant_that_does_not_react_to_stop_does_not_hold_its_reader(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    release = threading.Event()

    class Deaf(FakeAssistant):
        def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
            yield Understood("en")
            release.wait(PATIENCE_S)
            yield from super().ask(question, stop)

    jobs = jobs_on(Deaf(delay=0))
    message_id = jobs.start(store.create().id, GERMAN)
    assert eventually(lambda: jobs.snapshot(message_id).partial.phase == "understood")
    jobs.stop(message_id)
    assert jobs.snapshot(message_id).status == "stopped"
    release.set()
    assert jobs.wait(message_id, PATIENCE_S).status == "stopped"
    assert store.message(message_id).status == "stopped"


def test_one_process_can_stop_what_another_one_writes(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    writing, elsewhere = jobs_on(FakeAssistant(delay=0.05)), jobs_on(FakeAssistant())
    message_id = writing.start(store.create().id, LONG)
    assert eventually(lambda: len(elsewhere.snapshot(message_id).partial.sentences) >= 1)
    elsewhere.stop(message_id)
    assert writing.wait(message_id, PATIENCE_S).status == "stopped"
    assert store.message(message_id).status == "stopped"


def test_whatever_breaks_ends_as_one_clear_line_without_a_trace(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs], caplog: pytest.LogCaptureFixture
) -> None:
    jobs = jobs_on(FakeAssistant(delay=0))
    failed = jobs.wait(jobs.start(store.create().id, Question(text="explode")), PATIENCE_S)
    assert failed.status == "failed"
    assert failed.error == "The assistant failed (RuntimeError); see the server's log."
    assert store.message(failed.message_id).error == failed.error
    assert "the wires are crossed" in caplog.text, "the operator finds the cause in the log"


def test_an_error_the_user_can_mend_is_shown_in_its_own_words(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    class Refusing(FakeAssistant):
        def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
            yield Understood("en")
            raise AppUserError("the model 'x' is not there:\nrun polydesk models pull x")

    failed = (jobs := jobs_on(Refusing())).wait(jobs.start(store.create().id, GERMAN), PATIENCE_S)
    assert failed.error == "the model 'x' is not there: run polydesk models pull x"


def test_an_assistant_that_ends_without_an_answer_has_failed(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    class Mute(FakeAssistant):
        def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
            yield from (event for event in super().ask(question, stop) if not isinstance(event, Finished))

    failed = (jobs := jobs_on(Mute(delay=0))).wait(jobs.start(store.create().id, GERMAN), PATIENCE_S)
    assert failed.status == "failed"
    assert "without an answer" in failed.error


def test_the_last_six_turns_go_along_without_citation_marks_or_failures(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    assistant = FakeAssistant(delay=0)
    jobs = jobs_on(assistant)
    conversation_id = store.create().id
    for text in ("refund one", "explode", "weather", "refund two", "refund three", "refund four"):
        jobs.wait(jobs.start(conversation_id, Question(text=text)), PATIENCE_S)
    first, last = assistant.asked[0].history, assistant.asked[-1].history
    assert first == ()
    assert [(turn.role, turn.text.split(" ")[0]) for turn in last] == [
        ("user", "weather"),
        ("assistant", "I"),
        ("user", "refund"),
        ("assistant", "The"),
        ("user", "refund"),
        ("assistant", "The"),
    ]


def test_no_more_answers_than_workers_are_written_at_once(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    jobs = jobs_on(FakeAssistant(delay=0.05), workers=2)
    ids = [jobs.start(store.create().id, LONG) for _ in range(4)]
    assert eventually(lambda: sum(bool(jobs.snapshot(i).partial.sentences) for i in ids) == 2)
    assert sorted(jobs.snapshot(i).partial.phase for i in ids)[-2:] == ["waiting", "waiting"]
    waiting = [i for i in ids if jobs.snapshot(i).partial.phase == "waiting"]
    jobs.stop(waiting[0])
    assert jobs.snapshot(waiting[0]).status == "stopped"
    for message_id in set(ids) - set(waiting):
        jobs.stop(message_id)
    assert eventually(lambda: bool(jobs.snapshot(waiting[1]).partial.sentences))


def test_deleting_the_conversation_ends_its_answer(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    jobs = jobs_on(FakeAssistant(delay=0.05))
    conversation_id = store.create().id
    message_id = jobs.start(conversation_id, LONG)
    assert eventually(lambda: len(jobs.snapshot(message_id).partial.sentences) >= 1)
    store.delete(conversation_id)
    assert eventually(lambda: message_id not in jobs.running())


def test_an_answer_cut_off_by_a_crash_is_interrupted_at_the_next_start(
    store: ConversationStore, tmp_path: Path, jobs_on: Callable[..., AnswerJobs]
) -> None:
    before = jobs_on(FakeAssistant(delay=5))
    message_id = before.start(store.create().id, GERMAN)
    restarted = ConversationStore(default_url(tmp_path))
    after = AnswerJobs(FakeAssistant(), restarted)
    assert after.snapshot(message_id).status == "interrupted"
    after.close()
    restarted.close()


def test_a_question_ends_with_whether_a_person_has_to_look_at_it(store: ConversationStore) -> None:
    class Desk:
        def consider(self, message_id: int, question: Question, answer: Answer) -> Answer:
            assert store.message(message_id).status == "running" and question.text == GERMAN.text
            return answer.model_copy(update={"action": "escalate", "answer": "A person."})

    jobs = AnswerJobs(FakeAssistant(delay=0), store, escalations=Desk())
    message_id = jobs.start(store.create().id, GERMAN)
    ended = jobs.wait(message_id, PATIENCE_S)
    jobs.close()
    assert ended.answer and ended.answer.action == "escalate"
    assert store.message(message_id).answer == ended.answer


def test_an_answer_whose_case_cannot_be_kept_does_not_go_out(store: ConversationStore) -> None:
    class Broken:
        def consider(self, message_id: int, question: Question, answer: Answer) -> Answer:
            raise AppUserError("the disk is full")

    jobs = AnswerJobs(FakeAssistant(delay=0), store, escalations=Broken())
    message_id = jobs.start(store.create().id, GERMAN)
    ended = jobs.wait(message_id, PATIENCE_S)
    jobs.close()
    assert (ended.status, ended.answer, ended.error) == ("failed", None, "the disk is full")


def test_when_the_server_ends_answers_come_to_their_end_first(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    jobs = jobs_on(FakeAssistant(delay=0.05))
    message_id = jobs.start(store.create().id, GERMAN)
    jobs.finish(PATIENCE_S)
    assert store.message(message_id).status == "finished"


def test_an_answer_that_takes_too_long_for_a_server_that_ends_is_stopped_with_what_it_has(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    jobs = jobs_on(FakeAssistant(delay=0.05))
    message_id = jobs.start(store.create().id, LONG)
    assert eventually(lambda: len(jobs.snapshot(message_id).partial.sentences) >= 2)
    jobs.finish(0.0)
    ended = store.message(message_id)
    assert ended.status == "stopped" and ended.partial is not None and len(ended.partial.sentences) >= 2


def test_a_store_that_is_gone_is_said_without_its_address(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs]
) -> None:
    class Storeless(FakeAssistant):
        def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
            yield Understood("en")
            raise StoreError("The vector store failed at searching: https://chroma.internal does not answer.")

    jobs = jobs_on(Storeless())
    ended = jobs.wait(jobs.start(store.create().id, GERMAN), PATIENCE_S)
    assert ended.status == "failed" and "does not answer" in ended.error and "internal" not in ended.error


def test_an_answer_outlives_a_database_that_is_gone_for_a_while(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_jobs, "_KEEP_AGAIN_SECONDS", 0.01)
    kept, failures = store.finish_answer, iter([ConversationError("gone")] * 3)

    def gone_three_times(*values: Any, **named: Any) -> bool:
        if (failure := next(failures, None)) is not None:
            raise failure
        return kept(*values, **named)

    def gone(*_values: Any) -> bool:
        raise ConversationError("gone")

    monkeypatch.setattr(store, "finish_answer", gone_three_times)
    monkeypatch.setattr(store, "update_partial", gone)
    asked = jobs_on(FakeAssistant(delay=0.0))
    message_id = asked.start(store.create().id, GERMAN)
    ended = asked.wait(message_id, PATIENCE_S)
    assert ended.status == "finished" and ended.answer is not None
    assert store.message(message_id).answer == ended.answer


def test_an_answer_that_cannot_be_kept_to_the_end_does_not_hold_up_the_end(
    store: ConversationStore, jobs_on: Callable[..., AnswerJobs], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_values: Any, **_named: Any) -> bool:
        raise ConversationError("gone")

    monkeypatch.setattr(store, "finish_answer", gone)
    asked = jobs_on(FakeAssistant(delay=0.0))
    message_id = asked.start(store.create().id, GERMAN)
    assert eventually(lambda: len(asked.snapshot(message_id).partial.sentences) >= 1)
    asked.close(timeout=PATIENCE_S)
    assert asked.snapshot(message_id).status == "stopped"
    monkeypatch.undo()
    assert store.message(message_id).status == "running"  # which the next process finds left behind
