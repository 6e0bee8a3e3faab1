"""``polydesk accounts``, from the first account to the last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.accounts.file import AccountFile
from app.accounts.passwords import matches
from app.errors import AppUserError
from app.main import build
from tests.app.accounts.people import PASSWORD


def polydesk(*arguments: str, typed: str = "") -> Result:
    done = CliRunner().invoke(build(), ["accounts", *arguments], input=typed)
    if isinstance(done.exception, AppUserError):
        raise done.exception
    return done


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AccountFile:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    return AccountFile(tmp_path)


def test_accounts_are_added_listed_changed_locked_and_removed(
    file: AccountFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "open to whoever" in polydesk("list").stdout
    with pytest.raises(AppUserError, match="first account must be an administrator"):
        polydesk("add", "ana", typed=f"{PASSWORD}\n{PASSWORD}\n")
    done = polydesk("add", "Root", "--role", "administrator", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0 and "everybody has to" in done.stdout and PASSWORD not in done.stdout
    monkeypatch.setenv("POLYDESK_NEW_PASSWORD", PASSWORD)
    polydesk("add", "ana", "--display-name", "Ana Lima", "--audience", "sales", "--language", "pt")
    listed = json.loads(polydesk("list", "--json").stdout)
    assert listed[0] == {
        "name": "ana", "display_name": "Ana Lima", "role": "agent", "audience": "sales", "language": "pt",
        "locked": False,
    }  # fmt: skip
    assert "argon2" not in polydesk("list").stdout
    polydesk("role", "ana", "auditor")
    monkeypatch.setenv("POLYDESK_NEW_PASSWORD", "another long password")
    polydesk("password", "ana")
    polydesk("lock", "ana")
    ana = file.find("ana")
    assert ana is not None and (ana.role, ana.locked) == ("auditor", True)
    assert matches("another long password", ana.password)
    polydesk("lock", "ana", "--unlock")
    polydesk("remove", "ana")
    with pytest.raises(AppUserError, match="last administrator"):
        polydesk("remove", "root")
    assert [each.name for each in file.all()] == ["root"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "ana", "--role", "boss"), "no role"),
        (("add", "a b", "--role", "administrator"), "cannot be a name"),
        (("add", "root", "--role", "administrator", "--audience", "two words"), "audience"),
        (("add", "root", "--role", "administrator", "--language", "German"), "language"),
        (("role", "root", "agent"), "no account root"),
    ],
)
def test_what_cannot_be_is_one_line(
    file: AccountFile, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_NEW_PASSWORD", PASSWORD)
    with pytest.raises(AppUserError, match=said):
        polydesk(*arguments)
    assert file.all() == []


def test_no_command_takes_a_password_as_an_argument() -> None:
    for command in ("add", "password"):
        assert "--password" not in polydesk(command, "--help").stdout
