"""Who asks too much is told when to go on, and who may not see a page any more does not go on seeing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import app.ui
from app.accounts.account import Account
from app.accounts.limits import TooManyQuestionsError
from app.accounts.oidc import OidcSettings
from app.accounts.roles import Role
from app.accounts.signing_in import open_sign_in
from app.accounts.visitor import LOCAL, Visitor
from app.errors import AppError
from app.settings import Settings
from app.ui import page, visiting
from app.ui.accounts import accounts_view, sign_in_view, watch_view
from app.ui.accounts.door import Door
from app.ui.resources import Desk, desk_on
from app.ui.visiting import problem_text
from app.ui.wording import words_for
from tests.app.accounts.people import PASSWORD, visitor_of
from tests.app.ui.pages import LONGEST_S
from tests.support.fake_assistant import FakeAssistant

CHAT = Path(app.ui.__file__).parent / "chat.py"
TOO_MANY = "Many questions in a short time"

Visit = Callable[[Visitor | None], None]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant(delay=0)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(open_sign_in(tmp_path, 12, idle_minutes=60), OidcSettings(), 12, is_shut=True)


@pytest.fixture
def desk(assistant: FakeAssistant, door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    monkeypatch.setenv("POLYDESK_QUESTIONS_PER_MINUTE", "2")
    desk = desk_on(Settings(home=tmp_path), assistant)
    monkeypatch.setattr(page, "desk", lambda: desk)
    for module in (visiting, accounts_view, sign_in_view):
        monkeypatch.setattr(module, "door", lambda: door)
    yield desk
    desk.jobs.close()
    desk.conversations.close()


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visit:
    def visit(visitor: Visitor | None) -> None:
        for module in (visiting, page):
            monkeypatch.setattr(module, "visitor", lambda: visitor)

    return visit


def tab() -> AppTest:
    return AppTest.from_file(str(CHAT), default_timeout=LONGEST_S).run()


def ask(test: AppTest, question: str) -> str:
    """In a conversation of its own; the HTML of the page afterwards."""
    test.query_params.pop("c", None)
    test.run().chat_input(key="composer").set_value(question).run()
    assert not test.exception
    return html_of(test)


def html_of(test: AppTest) -> str:
    return "".join(element.proto.body for element in test.get("html"))


def test_an_account_has_one_limit_in_all_its_tabs_and_what_was_typed_stays(desk: Desk, visit: Visit) -> None:
    visit(visitor_of("agent", "ana"))
    assert TOO_MANY not in ask(tab(), "one")
    assert TOO_MANY not in ask(tab(), "two")
    refused = tab()
    assert TOO_MANY in ask(refused, "three")
    assert refused.chat_input(key="composer").proto.value == "three"
    assert len(desk.conversations.list(9)) == 2
    visit(visitor_of("agent", "ben"))
    assert TOO_MANY not in ask(tab(), "four")


def test_where_nobody_signs_in_each_tab_has_its_own(desk: Desk, visit: Visit) -> None:
    visit(LOCAL)
    first = tab()
    assert [TOO_MANY in ask(first, text) for text in ("one", "two", "three")] == [False, False, True]
    assert TOO_MANY not in ask(tab(), "one")


@pytest.mark.parametrize(
    ("language", "seconds", "said"),
    [
        ("en", 0.2, "in 1 second."), ("en", 59.2, "in 60 seconds."), ("en", 61, "in 2 minutes."),
        ("de", 3600, "in 60 Minuten wieder."), ("ar", 600, "بعد 10 دقائق."), ("pl", 180, "za 3 minuty."),
        ("ja", 30, "30 秒後にもう一度お試しください。"),
    ],
)  # fmt: skip
def test_when_to_go_on_is_said_in_the_language_of_the_page(
    language: str, seconds: float, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting, "page_words", lambda: words_for(language))
    assert problem_text(TooManyQuestionsError(seconds)).endswith(said)
    assert problem_text(AppError("anything else")) == "anything else"


class RedrawnError(Exception):
    """The page is drawn anew."""


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What a page does again and again by itself."""
    found: list[Callable[[], None]] = []

    def fragment(look: Callable[[], None], run_every: float) -> Callable[[], None]:
        assert run_every <= 30
        found.append(look)
        return look

    def rerun() -> None:
        raise RedrawnError

    monkeypatch.setattr(st, "fragment", fragment)
    monkeypatch.setattr(st, "rerun", rerun)
    monkeypatch.setattr(st, "session_state", {})
    return found


@pytest.mark.parametrize("role", ["auditor", "administrator", None])
def test_a_page_that_lies_open_is_drawn_anew_when_its_visitor_is_another(
    role: Role | None, looks: list[Callable[[], None]], visit: Visit
) -> None:
    agent = visitor_of("agent", "ana")
    visit(agent)
    watch_view.watch_sign_in(agent)
    looks[0]()
    visit(visitor_of(role, "ana") if role else None)
    with pytest.raises(RedrawnError):
        looks[0]()


def test_a_database_that_is_away_for_a_moment_takes_no_page_away(
    looks: list[Callable[[], None]], visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Visitor | None:
        raise AppError("signins.db is locked")

    agent = visitor_of("agent", "ana")
    visit(agent)
    watch_view.watch_sign_in(agent)
    monkeypatch.setattr(visiting, "visitor", broken)
    looks[0]()


def test_looking_is_no_use_and_doing_something_is(
    desk: Desk, door: Door, monkeypatch: pytest.MonkeyPatch, looks: list[Callable[[], None]]
) -> None:
    door.sign_in.accounts.add(Account(name="root", display_name="Root", role="administrator"), PASSWORD)
    token = door.sign_in.enter("root", PASSWORD)
    monkeypatch.setattr(visiting, "session_token", lambda: token)
    used: list[str] = []
    assert door.sign_in.idleness is not None
    monkeypatch.setattr(door.sign_in.idleness, "used", used.append)
    found = visiting.present()
    watch_view.watch_sign_in(found)
    looks[0]()
    assert used == []
    visiting.require("chat.ask")
    assert used == [token]
