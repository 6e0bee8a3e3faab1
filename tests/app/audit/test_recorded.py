"""Who came, who saw, who answered: what the page and its threads leave in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit

from app.accounts.account import Account
from app.accounts.signing_in import SignIn, SignInError, TooManyAttemptsError, open_sign_in
from app.answers import Question
from app.audit import reading
from app.audit.acting import act_as
from app.audit.apart import RecorderApart
from app.audit.opening import open_trail
from app.audit.record import Record
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.errors import AppError
from app.jobs import AnswerJobs
from app.settings import Settings
from app.ui.resources import Desk, desk_on
from app.ui.visiting import saw
from tests.support.fake_assistant import FakeAssistant
from tests.support.patience import PATIENCE_S

PASSWORD = "a long enough password"  # of a test


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(default_url(tmp_path), trail=open_trail(Settings(home=tmp_path)))
    yield opened
    opened.close()
    act_as(None)


def records(store: ConversationStore) -> list[Record]:
    with store.sessions.read() as session:
        return list(reading.records(session))


@pytest.fixture
def door(tmp_path: Path) -> SignIn:
    opened = open_sign_in(tmp_path, 12, RecorderApart(Settings(home=tmp_path)))
    opened.accounts.add(Account(name="maria", display_name="Maria", role="administrator"), PASSWORD)
    return opened


def test_who_signs_in_or_fails_to_is_recorded_and_no_name_that_is_none(store: ConversationStore, door: SignIn) -> None:
    token = door.enter("maria", PASSWORD)
    door.leave(token)
    for name in ("maria", "my secret typed into the wrong field"):
        with pytest.raises(SignInError):
            door.enter(name, "a wrong password")
    with pytest.raises((SignInError, TooManyAttemptsError)):
        for _ in range(4):
            try:
                door.enter("maria", "a wrong password")
            except SignInError:
                continue
    found = [(each.action, each.subject) for each in records(store)]
    assert found[:5] == [
        ("account.added", "account:maria"),
        ("signin.succeeded", "account:maria"),
        ("signin.ended", "account:maria"),
        ("signin.failed", "account:maria"),
        ("signin.failed", "account:?"),
    ]
    assert found[-1] == ("signin.refused", "account:maria")
    assert {each.actor for each in records(store)[1:]} == {"account:maria", "account:?"}


def test_nobody_is_let_in_whose_coming_cannot_be_recorded(tmp_path: Path, door: SignIn) -> None:
    (tmp_path / "audit.key").chmod(0o644)
    shut = SignIn(door.accounts, door.sessions, door._attempts, RecorderApart(Settings(home=tmp_path)))
    with pytest.raises(AppError, match="chmod 600"):
        shut.enter("maria", PASSWORD)


def test_an_answer_is_recorded_as_asked_by_who_asked_though_a_thread_writes_it(store: ConversationStore) -> None:
    jobs = AnswerJobs(FakeAssistant(delay=0), store)
    act_as("maria")
    answer = jobs.start(store.create().id, Question(text="What does shipping cost?"))
    act_as("joan")
    assert jobs.wait(answer, PATIENCE_S).status == "finished"
    jobs.close()
    assert [(each.action, each.actor) for each in records(store)] == [
        ("question.asked", "account:maria"),
        ("answer.given", "account:maria"),
    ]


def test_what_is_opened_is_recorded_once_a_tab_and_its_customer_under_a_pseudonym(
    tmp_path: Path, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamlit, "session_state", {})
    desk: Desk = desk_on(Settings(home=tmp_path), FakeAssistant(delay=0))
    for _ in range(3):
        saw(desk, "ticket.opened", "ticket:1", "C-10001")
    saw(desk, "ticket.opened", "ticket:2", "C-10001")
    saw(desk, "search.made", "search:documents", None, "Anna Kowalska")
    desk.jobs.close()
    desk.conversations.close()
    found = records(store)
    assert [each.subject for each in found] == ["ticket:1", "ticket:2", "search:documents"]
    assert found[0].details == found[1].details and "customer-" in found[0].details
    assert not any(word in str(found) for word in ("C-10001", "Kowalska"))
