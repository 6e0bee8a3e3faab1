"""What an administrator does with the accounts that are there, on the page but without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts.account import Account
from app.accounts.oidc import OidcSettings
from app.accounts.passwords import matches
from app.accounts.signing_in import open_sign_in
from app.settings import Settings
from app.ui import page, visiting
from app.ui.accounts import accounts_view, sign_in_view
from app.ui.accounts.door import Door
from app.ui.resources import Desk, desk_on
from tests.app.accounts.people import PASSWORD, visitor_of
from tests.support.fake_assistant import FakeAssistant

CHAT = Path(page.__file__).parent / "chat.py"
NEW_PASSWORD = "another long password"


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    desk: Desk = desk_on(Settings(home=tmp_path), FakeAssistant(delay=0))
    door = Door(open_sign_in(tmp_path, 12), OidcSettings(), 12, is_shut=True)
    for name, role in (("root", "administrator"), ("ana", "agent")):
        door.sign_in.accounts.add(Account.model_validate({"name": name, "display_name": name, "role": role}), PASSWORD)
    monkeypatch.setattr(page, "desk", lambda: desk)
    for module in (visiting, accounts_view, sign_in_view):
        monkeypatch.setattr(module, "door", lambda: door)
    for module in (visiting, page):
        monkeypatch.setattr(module, "visitor", lambda: visitor_of("administrator"))
    yield door
    desk.jobs.close()
    desk.conversations.close()


def opened() -> AppTest:
    test = AppTest.from_file(str(CHAT), default_timeout=60)
    test.query_params["accounts"] = ""
    return test.run()


def said(test: AppTest) -> str:
    assert not test.exception
    return "".join(element.proto.body for element in test.get("html"))


def has_password(door: Door, password: str) -> bool:
    account = door.sign_in.accounts.find("ana")
    return account is not None and matches(password, account.password)


def test_a_forgotten_password_is_replaced_and_the_new_one_is_not_shown_again(door: Door) -> None:
    test = opened()
    test.text_input(key="new-password-ana").input("short")
    test.button(key="set-password-ana").click().run()
    assert "too short" in said(test)
    assert has_password(door, PASSWORD)

    test.text_input(key="new-password-ana").input(NEW_PASSWORD)
    test.button(key="set-password-ana").click().run()
    assert "ana has a new password" in said(test)
    assert has_password(door, NEW_PASSWORD)
    assert test.text_input(key="new-password-ana").value == ""


def test_an_account_is_removed_by_whoever_says_twice_that_they_mean_it(door: Door) -> None:
    test = opened()
    assert test.button(key="remove-ana").disabled
    test.checkbox(key="sure-ana").check().run()
    test.button(key="remove-ana").click().run()
    assert "ana is removed" in said(test)
    assert door.sign_in.accounts.find("ana") is None


def test_the_last_administrator_is_not_removed(door: Door) -> None:
    test = opened()
    test.checkbox(key="sure-root").check().run()
    test.button(key="remove-root").click().run()
    assert "last administrator" in said(test)
    assert door.sign_in.accounts.find("root") is not None


def test_the_page_speaks_the_language_that_is_chosen_before_signing_in(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "visitor", lambda: None)
    test = opened()
    assert "Sign in" in said(test)
    test.selectbox(key="language").select("de").run()
    assert "Anmelden" in said(test)
