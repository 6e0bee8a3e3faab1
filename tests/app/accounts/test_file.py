"""The file of accounts: private, checked, and never without an administrator."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.accounts.account import Account
from app.accounts.file import AccountFile
from app.accounts.passwords import matches
from app.errors import AppUserError
from tests.app.accounts.people import PASSWORD


def test_an_account_is_found_again_whatever_the_case_and_its_password_is_not_in_the_file(accounts: AccountFile) -> None:
    found = accounts.find(" ANA ")
    assert found is not None and found.display_name == "Ana Lima"
    assert PASSWORD not in accounts.path.read_text() and matches(PASSWORD, found.password)
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600


def test_what_one_reader_keeps_in_memory_follows_what_another_writes(accounts: AccountFile, tmp_path: Path) -> None:
    assert accounts.find("ana") is not None
    AccountFile(tmp_path).set_locked("ana", True)
    found = accounts.find("ana")
    assert found is not None and found.locked and not found.may("chat.ask")


@pytest.mark.parametrize("change", ["remove", "lock", "role"])
def test_the_last_administrator_who_can_sign_in_stays(accounts: AccountFile, change: str) -> None:
    accounts.add(Account(name="away", display_name="Away", role="administrator"), PASSWORD)
    accounts.set_locked("away", True)
    with pytest.raises(AppUserError, match="last administrator"):
        if change == "remove":
            accounts.remove("root")
        elif change == "lock":
            accounts.set_locked("root", True)
        else:
            accounts.set_role("root", "agent")
    accounts.set_locked("away", False)
    accounts.remove("root")
    assert accounts.find("root") is None


def test_a_short_password_a_name_twice_and_an_unknown_name_are_said_in_one_line(accounts: AccountFile) -> None:
    new = Account(name="ben", display_name="Ben", role="agent")
    with pytest.raises(AppUserError, match="12 characters"):
        accounts.add(new, "elevenchars")
    with pytest.raises(AppUserError, match="already"):
        accounts.add(new.model_copy(update={"name": "ana"}), PASSWORD)
    with pytest.raises(AppUserError, match="no account ben"):
        accounts.set_role("ben", "agent")
    with pytest.raises(AppUserError, match="go without a password"):
        accounts.add(new, None)
    assert {each.name for each in accounts.all()} == {"ana", "root"}


@pytest.mark.parametrize("name", ["", "a b", "ana\nroot", "-ana", "a" * 65, "../x", "аna", "ana\u202e"])
def test_a_name_that_could_be_mistaken_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Account(name=name, display_name="x", role="agent")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accounts: [{name: a, display_name: A, role: boss}]", "role"),
        ("accounts: [{name: a, display_name: A, role: agent, password: secret}]", "hash is damaged"),
        ("accounts:\n- {name: a, display_name: A, role: agent}\n- {name: A, display_name: B, role: agent}", "twice"),
        ("users: []", "users"),
        ("accounts: [", "YAML"),
    ],
)
def test_a_damaged_file_lets_nobody_in_and_says_where(tmp_path: Path, text: str, said: str) -> None:
    file = AccountFile(tmp_path)
    file.path.write_text(text)
    with pytest.raises(AppUserError, match=said) as error:
        file.all()
    assert "secret" not in str(error.value) and "\n" not in str(error.value)
