"""Conversations survive: restarts, threads, other processes, deletions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import UniqueConstraint, column, create_engine, event, inspect, select, table, text, update

from app.answers import Answer, Citation, Sentence, SentenceReady, SentenceWithheld, Understood
from app.conversations.database import HEAD, VERSION_TABLE, default_url
from app.conversations.errors import ConversationUserError
from app.conversations.partial import PartialAnswer, joined
from app.conversations.records import Worker, shortened
from app.conversations.store import ConversationStore
from app.conversations.tables import Base, ConversationRow, MessageRow
from ingest.errors import IngestUserError
from tests.support.patience import PATIENCE_S

ANSWER = Answer(
    action="answer",
    language="ar",
    answer="مدة الضمان 24 شهرًا.",
    sentences=(Sentence(text="مدة الضمان 24 شهرًا.", supported=True, score=0.9, citations=(1,)),),
    citations=(
        Citation(
            n=1,
            document="d",
            title="سياسة",
            version=2,
            page=None,
            language="ar",
            quote="24",
            start=3,
            end=5,
            uri="a.md",
        ),
    ),
    confidence=0.8,
)


@pytest.fixture
def store(any_url: str) -> Iterator[ConversationStore]:
    opened = ConversationStore(any_url)
    yield opened
    opened.close()


def test_an_answer_is_read_back_as_it_was_written_after_a_restart(any_url: str) -> None:
    first = ConversationStore(any_url)
    conversation = first.create()
    message_id = first.start_answer(conversation.id, "ما هي مدة الضمان؟")
    assert first.finish_answer(message_id, "finished", ANSWER)
    first.close()

    second = ConversationStore(any_url)
    question, answer = second.messages(conversation.id)
    assert (question.role, question.text, question.status) == ("user", "ما هي مدة الضمان؟", "finished")
    assert (answer.role, answer.status, answer.language) == ("assistant", "finished", "ar")
    assert answer.answer == ANSWER
    assert second.get(conversation.id).language == "ar"
    second.close()


def test_times_are_in_utc(store: ConversationStore) -> None:
    before = datetime.now(UTC)
    created = store.get(store.create("x").id).created_at
    assert created.tzinfo == UTC
    assert before - timedelta(seconds=1) <= created <= datetime.now(UTC)


def test_a_long_list_with_personal_data_takes_no_more_statements_than_a_short_one(any_url: str) -> None:
    store, taken = ConversationStore(any_url), list[str]()
    titles = [f"Where is the parcel of customer{number}@example.org?" for number in range(12)]
    for title in titles:
        store.create(title)
    store.create("Where is the warehouse?")
    with store.sessions.read() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *given: taken.append(given[2]))
        kept = session.scalars(select(ConversationRow.title)).all()
    assert not any("customer" in title and "@" in title for title in kept)

    def statements(limit: int) -> int:
        taken.clear()
        listed = store.list(limit)
        assert [each.title for each in listed] == ["Where is the warehouse?", *reversed(titles)][:limit]
        return len(taken)

    assert statements(13) == statements(2) == 3
    assert statements(1) == 2, "the vault is left alone where a title hides nothing"
    store.close()


def test_what_is_being_answered_is_known_at_once_for_all_conversations(store: ConversationStore) -> None:
    first, second = store.create("first").id, store.create("second").id
    answers = [store.start_answer(each, "x") for each in (first, second)]
    assert store.running() == {first, second}
    store.finish_answer(answers[0], "stopped")
    assert store.running() == {second}


def test_the_conversation_asked_in_last_comes_first(store: ConversationStore) -> None:
    old, new = store.create("old"), store.create("new")
    assert [c.id for c in store.list()] == [new.id, old.id]
    store.start_answer(old.id, "again")
    assert [c.id for c in store.list()] == [old.id, new.id]
    assert [c.running for c in store.list()] == [True, False]
    assert len(store.list(limit=1)) == 1


def test_the_title_is_the_first_question_shortened(store: ConversationStore) -> None:
    conversation = store.create()
    store.start_answer(
        conversation.id, "  Wie lange\nhat der Kunde Zeit, um einen bereits geöffneten Artikel zurückzugeben?"
    )
    store.start_answer(conversation.id, "And now?")
    assert store.get(conversation.id).title == "Wie lange hat der Kunde Zeit, um einen bereits geöffneten…"


def test_a_title_without_spaces_is_cut_all_the_same() -> None:
    title = shortened("離島" * 50)
    assert len(title) == 60
    assert title.endswith("…")


def test_renaming_keeps_the_title_against_later_questions(store: ConversationStore) -> None:
    conversation = store.create("before")
    store.rename(conversation.id, "  Case \n 4711 ")
    store.start_answer(conversation.id, "a question")
    assert store.get(conversation.id).title == "Case 4711"
    with pytest.raises(ConversationUserError, match="needs a title"):
        store.rename(conversation.id, " \n ")


def test_deleting_takes_the_messages_and_ratings_along(store: ConversationStore, any_url: str) -> None:
    conversation, kept = store.create("gone"), store.create("kept")
    rated = [store.start_answer(c.id, "q") for c in (conversation, kept)]
    for message_id in rated:
        store.rate(message_id, "up")
    store.delete(conversation.id)
    with pytest.raises(ConversationUserError, match="deleted"):
        store.messages(conversation.id)
    with pytest.raises(ConversationUserError):
        store.message(rated[0])
    assert store.message(rated[1]).rating is not None
    engine = create_engine(any_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM ratings")).scalar() == 1
    engine.dispose()


def test_a_sentence_written_anew_stands_where_the_refused_one_was_while_the_answer_is_written() -> None:
    first = Sentence(text="54 days.", supported=False, score=0.1, reasons=("not in the documents",))
    label = Sentence(text="The label is 6.90 €.", supported=True, score=0.9)
    partial = PartialAnswer().after(SentenceWithheld(first)).after(SentenceReady(label, ()))
    assert partial.withheld == (first,)
    anew = Sentence(text="45 days.", supported=True, score=0.9, instead_of=first)
    shown = partial.after(SentenceReady(anew, (), place=0))
    assert (shown.sentences, shown.withheld) == ((anew, label), ())
    again = Sentence(text="55 days.", supported=False, score=0.1, instead_of=first)
    assert partial.after(SentenceWithheld(again)).withheld == (again,)


def test_a_partial_answer_is_seen_by_another_reader_while_it_is_written(store: ConversationStore, any_url: str) -> None:
    message_id = store.start_answer(store.create().id, "q")
    partial = PartialAnswer().after(Understood("ja"))
    for words in ("一つ目の文。", "二つ目の文。"):
        partial = partial.after(SentenceReady(Sentence(text=words, supported=True, score=1), ()))
    assert store.update_partial(message_id, partial)
    other = ConversationStore(any_url)
    seen = other.message(message_id)
    other.close()
    assert seen.status == "running"
    assert seen.partial == partial
    assert seen.text == "一つ目の文。二つ目の文。"


def test_nothing_more_is_written_to_an_answer_that_was_stopped(store: ConversationStore) -> None:
    message_id = store.start_answer(store.create().id, "q")
    assert store.finish_answer(message_id, "stopped")
    assert not store.update_partial(message_id, PartialAnswer(phase="generating"))
    assert not store.finish_answer(message_id, "finished", ANSWER)
    assert store.message(message_id).status == "stopped"
    assert store.message(message_id).answer is None


def test_a_rating_can_be_given_changed_and_taken_back(store: ConversationStore) -> None:
    conversation = store.create()
    message_id = store.start_answer(conversation.id, "q")
    store.rate(message_id, "up")
    store.rate(message_id, "down", "outdated", " the fee is new ")
    rating = store.message(message_id).rating
    assert rating is not None
    assert (rating.value, rating.reason, rating.comment) == ("down", "outdated", "the fee is new")
    store.unrate(message_id)
    assert store.message(message_id).rating is None
    with pytest.raises(ConversationUserError, match="only answers"):
        store.rate(store.messages(conversation.id)[0].id, "up")


def test_many_threads_write_without_losing_or_mixing_anything(store: ConversationStore) -> None:
    conversations = [store.create(f"c{number}") for number in range(3)]

    def write(number: int) -> int:
        message_id = store.start_answer(conversations[number % 3].id, f"question {number}")
        for step in range(4):
            sentence = Sentence(text=f"{number}.{step}", supported=True, score=1)
            store.update_partial(message_id, PartialAnswer(sentences=(sentence,)))
            store.list()
        store.finish_answer(message_id, "finished", ANSWER.model_copy(update={"answer": f"answer {number}"}))
        return message_id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(write, range(24)))
    assert len(set(ids)) == 24
    assert [store.message(message_id).text for message_id in ids] == [f"answer {number}" for number in range(24)]
    for conversation in conversations:
        messages = store.messages(conversation.id)
        assert len(messages) == 16
        assert [m.role for m in messages] == ["user", "assistant"] * 8
        for question, answer in zip(messages[::2], messages[1::2], strict=True):
            assert answer.text == question.text.replace("question", "answer")


def test_two_processes_opening_a_new_database_at_once_migrate_it_once(tmp_path: Path) -> None:
    url = default_url(tmp_path)
    program = (
        "import sys; from app.conversations.store import ConversationStore;"
        "s = ConversationStore(sys.argv[1]); s.create('x'); s.close()"
    )
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    processes = [
        subprocess.Popen([sys.executable, "-c", program, url], env=environment, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    errors = [process.communicate(timeout=PATIENCE_S)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors
    store = ConversationStore(url)
    assert len(store.list()) == 3
    store.close()


def test_the_migrations_make_the_tables_that_the_code_expects(store: ConversationStore, any_url: str) -> None:
    engine = create_engine(any_url.replace("postgresql:", "postgresql+psycopg:"))
    found = inspect(engine)
    for expected in Base.metadata.tables.values():
        nullable = {c["name"]: c["nullable"] for c in found.get_columns(expected.name)}
        assert nullable == {c.name: c.nullable for c in expected.columns}
        uniques = {c.name for c in expected.constraints if isinstance(c, UniqueConstraint)}
        assert {c["name"] for c in found.get_unique_constraints(expected.name)} == uniques
        # PostgreSQL names the index behind a unique constraint, too.
        assert {i["name"] for i in found.get_indexes(expected.name)} - uniques == {i.name for i in expected.indexes}
    with engine.connect() as connection:
        assert connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar() == HEAD
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


def test_a_database_url_that_cannot_be_used_says_what_to_write() -> None:
    with pytest.raises(IngestUserError, match="sqlite:///"):
        ConversationStore("not a url")


def test_answers_of_a_process_that_ended_are_interrupted_and_keep_what_they_had(any_url: str) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine = Worker.this_process()
    first = ConversationStore(any_url, Worker(mine.host, ended.pid, "old"))
    message_id = first.start_answer(first.create().id, "q")
    partial = PartialAnswer(sentences=(Sentence(text="Half.", supported=True, score=1),))
    first.update_partial(message_id, partial)
    first.close()

    second = ConversationStore(any_url, mine)
    assert second.mark_interrupted_on_start() == 1
    message = second.message(message_id)
    assert (message.status, message.text, message.partial) == ("interrupted", "Half.", partial)
    second.close()


def test_a_restart_under_the_same_process_number_counts_as_an_end(any_url: str) -> None:
    mine = Worker.this_process()
    first = ConversationStore(any_url, Worker(mine.host, mine.pid, "before"))
    message_id = first.start_answer(first.create().id, "q")
    first.close()
    second = ConversationStore(any_url, mine)
    assert second.mark_interrupted_on_start() == 1
    assert second.message(message_id).status == "interrupted"
    second.close()


def an_hour_ago(url: str, ids: list[int]) -> None:
    """Let these answers have given their last sign of life then."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        then = datetime.now(UTC) - timedelta(hours=1)
        connection.execute(update(MessageRow).where(MessageRow.id.in_(ids)).values(updated_at=then))
    engine.dispose()


def test_answers_of_living_processes_go_on_until_they_fall_silent(store: ConversationStore, any_url: str) -> None:
    host = Worker.this_process().host
    other_process = ConversationStore(any_url, Worker(host, os.getppid(), "a"))
    other_host = ConversationStore(any_url, Worker("elsewhere", 1, "b"))
    ids = [s.start_answer(s.create().id, "q") for s in (store, other_process, other_host)]
    assert store.mark_interrupted_on_start() == 0
    an_hour_ago(any_url, ids)
    other_process.touch([ids[1]])
    assert store.mark_interrupted_on_start() == 2
    assert [store.message(i).status for i in ids] == ["interrupted", "running", "interrupted"]
    assert store.finish_answer(ids[0], "finished", ANSWER), "one that was only thought dead may still finish"
    assert store.message(ids[0]).status == "finished"
    other_process.close()
    other_host.close()


def test_sentences_are_joined_as_their_language_does() -> None:
    def sentences(*texts: str) -> list[Sentence]:
        return [Sentence(text=text, supported=True, score=1) for text in texts]

    assert joined(sentences("One.", "Two.")) == "One. Two."
    assert joined(sentences("一。", "二。")) == "一。二。"
    assert joined(sentences("هذا.", "ذاك.")) == "هذا. ذاك."
