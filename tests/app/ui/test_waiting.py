"""What a page says of answers that wait, and how it learns of those that others are given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import app.ui
from app.accounts.oidc import OidcSettings
from app.accounts.signing_in import open_sign_in
from app.answers import Question
from app.settings import Settings
from app.ui import page, resources, visiting
from app.ui.accounts.door import Door
from app.ui.resources import Desk, desk_on
from tests.app.ui.pages import LONGEST_S
from tests.support.fake_assistant import FakeAssistant
from tests.support.patience import eventually

CHAT = Path(app.ui.__file__).parent / "chat.py"
LONG = Question(text="Tell me everything")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = desk_on(Settings(home=tmp_path, answers_at_once=1), FakeAssistant(delay=1))
    door = Door(open_sign_in(tmp_path, 12), OidcSettings(), 12, is_shut=False)
    monkeypatch.setattr(visiting, "door", lambda: door)
    monkeypatch.setattr(page, "desk", lambda: desk)
    yield desk
    desk.jobs.close()
    desk.conversations.close()


def opened(conversation: str = "") -> AppTest:
    test = AppTest.from_file(str(CHAT), default_timeout=LONGEST_S)
    if conversation:
        test.query_params["c"] = conversation
    test.run()
    assert not test.exception
    return test


def html_of(test: AppTest) -> str:
    return "".join(element.proto.body for element in test.get("html"))


def test_a_question_says_how_many_come_before_it(desk: Desk) -> None:
    conversations = [desk.conversations.create(f"Question {number}").id for number in range(4)]
    answers = [desk.jobs.start(each, LONG) for each in conversations]
    assert "Waiting for a free place" in html_of(opened(conversations[1]))
    assert "Waiting: 1 question before yours" in html_of(opened(conversations[2]))
    assert "Waiting: 2 questions before yours" in html_of(opened(conversations[3]))
    desk.jobs.stop(answers[1])
    assert eventually(lambda: desk.jobs.before(answers[3]) == 1)
    assert desk.jobs.before(answers[0]) is desk.jobs.before(answers[1]) is None


def test_the_list_begins_with_the_newest_conversations_and_shows_more_when_asked(desk: Desk) -> None:
    for number in range(25):
        desk.conversations.create(f"Question {number}")
    test = opened()

    def listed() -> int:
        return sum(str(button.key).startswith("open-") for button in test.sidebar.button)

    assert listed() == 20
    test.sidebar.button(key="more-conversations").click().run()
    assert listed() == 25 and not any(button.key == "more-conversations" for button in test.sidebar.button)


def test_whoever_waits_for_answers_of_others_asks_the_database_once_for_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources.running_conversations.clear()  # type: ignore[attr-defined]  # of Streamlit's cache
    conversation = desk.conversations.create("A long one").id
    desk.jobs.start(conversation, LONG)
    asked: list[None] = []
    running = desk.conversations.running

    def counted() -> frozenset[str]:
        asked.append(None)
        return running()

    monkeypatch.setattr(desk.conversations, "running", counted)
    for _ in range(5):
        assert resources.running_conversations(desk.conversations) == {conversation}
    assert len(asked) == 1
