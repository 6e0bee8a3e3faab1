"""The load test: agents over the page's own protocol, and an account of every question that they asked."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.answers import Question
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.phases import Phases
from app.settings import Settings
from app.ui.server import serve, wait_until_ready
from eval.load.accounting import account_of
from eval.load.agent import Sent
from eval.load.bench import UNLIMITED, LoadBench, load_page, print_bench_load
from eval.load.memory import growth
from eval.load.people import signed_in
from eval.ports import free_port
from eval.timed import Timed
from tests.app.ui.pages import LONGEST_S
from tests.support.fake_assistant import FakeAssistant
from tests.support.patience import PATIENCE_S, eventually


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(default_url(tmp_path))
    yield opened
    opened.close()


def sent(conversation_id: str | None, *alerts: str, interrupted: bool = False) -> Sent:
    return Sent(conversation_id, None, 100.0, alerts, interrupted)


def test_every_question_is_accounted_for_and_what_nobody_was_told_of_is_lost(store: ConversationStore) -> None:
    def kept(status: str, error: str = "") -> str:
        conversation = store.create("x").id
        message = store.start_answer(conversation, "x")
        if status == "finished":
            (*_events, last) = FakeAssistant(delay=0).ask(Question(text="guarantee"))
            store.finish_answer(message, "finished", last.answer)  # type: ignore[union-attr]
        elif status == "failed":
            store.finish_answer(message, "failed", error=error)
        return conversation

    account = account_of(
        [
            sent(kept("finished")),
            sent(kept("failed", "the store is gone")),
            sent(kept("running")),
            sent(None),
            sent(None, "the database is gone"),
            sent(None, interrupted=True),
        ],
        store,
    )
    assert sum(account.answered.values()) == 1
    assert (account.failed, account.refused, account.lost) == (1, 2, 2)
    assert account.lines == ("the store is gone",)


def test_memory_that_grows_is_told_from_memory_that_is_collected_now_and_then() -> None:
    minutes = [60.0 * minute for minute in range(60)]
    assert growth([(at, 500 + at / 3600 * 40) for at in minutes]) == pytest.approx(40)
    flat = growth([(at, 500.0 + (at // 60) % 5) for at in minutes])
    assert flat is not None and abs(flat) < 1
    assert growth([(0.0, 1.0), (1.0, 2.0)]) is None


def test_times_are_of_what_was_measured() -> None:
    timed = Timed.of([float(each) for each in range(100)])
    assert (timed.times, timed.p50, timed.p95) == (100, 50.0, 95.0)
    assert Timed.of([]).p95 == 0.0


def test_a_page_that_is_killed_under_load_loses_no_question_without_a_word(
    tmp_path: Path, store: ConversationStore, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, port = Settings(home=tmp_path), free_port()
    environment = {
        "POLYDESK_HOME": str(tmp_path),
        "POLYDESK_ASSISTANT": "tests.support.fake_assistant:create",
        "POLYDESK_FAKE_DELAY": "0.3",
        **UNLIMITED,
    }

    def started() -> psutil.Process:
        process = serve(environment, port, output=subprocess.DEVNULL)
        wait_until_ready(f"http://127.0.0.1:{port}", process, LONGEST_S)
        return psutil.Process(process.pid)

    pages = [started()]

    def answered() -> int:
        kept = (store.messages(conversation.id) for conversation in store.list())
        return sum(message.role == "assistant" and message.status == "finished" for each in kept for message in each)

    def kill_and_start() -> None:
        assert eventually(lambda: answered() >= 3)
        pages[0].kill()
        pages[0].wait(PATIENCE_S)
        before = answered()
        pages.append(started())
        assert eventually(lambda: answered() >= before + 3)

    try:
        figures = load_page(
            port,
            lambda: pages[-1],
            settings,
            3,
            0.01,
            (0.1, 0.3),
            "fake",
            Phases(None),
            meanwhile=kill_and_start,
            cookies=signed_in(tmp_path, 3),
        )
    finally:
        for page in pages:
            if page.is_running():
                page.kill()
    assert isinstance(figures, LoadBench)
    assert sum(figures.account.answered.values()) >= 6
    assert figures.disconnects >= 3
    assert (figures.account.lost, figures.exceptions, figures.problems) == (0, 0, ())
    assert figures.accounts and {each.owner for each in store.list()} == {"agent-0", "agent-1", "agent-2"}
    assert figures.processor is figures.question_s is figures.agent_mb is figures.growth_mb_per_hour is None
    print_bench_load(figures, as_json=False)
    assert "lost without a word 0" in capsys.readouterr().out
