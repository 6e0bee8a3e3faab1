"""What the chat page says where something is missing: a model, a home, the conversation in the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

import app.ui
from app.accounts.oidc import OidcSettings
from app.accounts.signing_in import open_sign_in
from app.answers import Answer, Recalled
from app.conversations.errors import ConversationError
from app.conversations.records import Message
from app.settings import Settings
from app.ui import page, resources, visiting
from app.ui.accounts.door import Door
from app.ui.resources import Desk, desk_on
from tests.app.ui.pages import LONGEST_S
from tests.support.fake_assistant import FakeAssistant

CHAT = Path(app.ui.__file__).parent / "chat.py"


@pytest.fixture(autouse=True)
def nobody_signs_in(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(open_sign_in(tmp_path_factory.mktemp("accounts"), 12), OidcSettings(), 12, is_shut=False)
    monkeypatch.setattr(visiting, "door", lambda: door)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = desk_on(Settings(home=tmp_path), FakeAssistant(delay=0, model=None))
    monkeypatch.setattr(page, "desk", lambda: desk)
    yield desk
    desk.jobs.close()
    desk.conversations.close()


def html_of(test: AppTest) -> str:
    return "".join(element.proto.body for element in test.get("html"))


def test_without_a_model_a_banner_says_what_that_means_and_how_to_connect_one(desk: Desk) -> None:
    resources.model_name.clear()  # type: ignore[attr-defined]  # Streamlit's cache, which other tests filled
    test = AppTest.from_file(str(CHAT), default_timeout=LONGEST_S).run()
    assert not test.exception
    assert "No language model is connected" in html_of(test)
    (how,) = test.expander
    assert how.label == "How to connect one"
    assert "polydesk models use" in how.code[0].value


def test_an_answer_that_was_given_before_says_so_and_when(desk: Desk) -> None:
    conversation = desk.conversations.create().id
    message_id = desk.conversations.start_answer(conversation, "How long is the warranty?")
    before = Recalled(message=7, at=datetime(2026, 11, 3, 9, 30, tzinfo=UTC))
    answer = Answer(action="answer", language="en", answer="Two years.", recalled=before)
    desk.conversations.finish_answer(message_id, "finished", answer)
    test = AppTest.from_file(str(CHAT), default_timeout=LONGEST_S)
    test.query_params["c"] = conversation
    test.run()
    assert not test.exception
    assert "Answered before, on Nov 3, 2026" in html_of(test)


def test_a_link_to_a_deleted_conversation_says_so(desk: Desk) -> None:
    test = AppTest.from_file(str(CHAT), default_timeout=LONGEST_S)
    test.query_params["c"] = "0123456789abcdef0123456789abcdef"
    test.run()
    assert "This conversation does not exist any more" in html_of(test)
    assert "c" not in test.query_params and test.chat_input


def test_a_home_that_cannot_be_used_is_explained_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("POLYDESK_HOME", str(blocked))
    test = AppTest.from_file(str(CHAT), default_timeout=LONGEST_S).run()
    assert not test.exception
    assert "polydesk could not start" in html_of(test) and "Traceback" not in html_of(test)
    assert not test.chat_input


@pytest.mark.parametrize(
    "error",
    [
        ConversationError("the conversations database failed: no connection"),
        OperationalError("SELECT", {}, Exception("no connection")),
    ],
)
def test_a_database_that_is_gone_is_named_and_the_conversation_is_there_again_with_it(
    error: Exception, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = desk.conversations.create("Zwei Wochen?").id
    reads = desk.conversations.messages

    def gone(_conversation_id: str) -> Sequence[Message]:
        raise error

    monkeypatch.setattr(desk.conversations, "messages", gone)
    test = AppTest.from_file(str(CHAT), default_timeout=LONGEST_S)
    test.query_params["c"] = conversation
    test.run()
    assert not test.exception
    assert "A part of polydesk does not answer" in html_of(test) and "no connection" in html_of(test)
    assert not test.chat_input

    monkeypatch.setattr(desk.conversations, "messages", reads)
    test.run()
    assert "does not answer" not in html_of(test)
    assert test.query_params["c"] == conversation and test.chat_input


def test_what_goes_wrong_in_a_part_that_draws_itself_is_for_the_whole_page_to_say() -> None:
    def script() -> None:
        import streamlit as st

        from app.errors import AppError
        from app.ui.gone import redrawn

        def draw() -> None:
            raise AppError("gone")

        try:
            redrawn(draw, None)()
        except AppError as error:
            st.write(f"said: {error}")

    test = AppTest.from_function(script, default_timeout=LONGEST_S).run()
    assert [each.value for each in test.markdown] == ["said: gone"]
