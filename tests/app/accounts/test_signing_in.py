"""Signing in: what lets somebody in, what does not, how long one waits, and when a token ends."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.accounts.account import Account
from app.accounts.attempts import Attempts
from app.accounts.database import SignInDatabase
from app.accounts.file import AccountFile
from app.accounts.passwords import MOST_CHARACTERS, hashed, matches
from app.accounts.signing_in import SignIn, SignInError, TooManyAttemptsError
from app.errors import AppError, AppUserError
from tests.app.accounts.people import PASSWORD, Clock


def test_the_right_password_gives_a_token_that_stands_for_the_account(sign_in: SignIn) -> None:
    token = sign_in.enter(" Ana", PASSWORD)
    account = sign_in.account_of(token)
    assert account is not None and account.name == "ana"
    assert sign_in.enter("ana", PASSWORD) != token


@pytest.mark.parametrize(("name", "password"), [("ana", "wrong"), ("nobody", PASSWORD), ("locked", PASSWORD)])
def test_a_wrong_password_an_unknown_name_and_a_locked_account_end_alike_and_take_the_same_work(
    sign_in: SignIn, accounts: AccountFile, name: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add(Account(name="locked", display_name="Locked", role="agent"), PASSWORD)
    accounts.set_locked("locked", True)
    asked: list[str] = []

    def counting(given: str, kept: str | None) -> bool:
        asked.append(given)
        return matches(given, kept)

    monkeypatch.setattr("app.accounts.signing_in.matches", counting)
    with pytest.raises(SignInError, match="the name or the password is wrong"):
        sign_in.enter(name, password)
    assert asked == [password]


def test_an_unknown_name_is_hashed_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting:
        def hash(self, _password: str) -> str:
            return "$argon2id$nobody"

        def verify(self, kept: str, _password: str) -> bool:
            verified.append(kept)
            return True

    monkeypatch.setattr("app.accounts.passwords._hasher", Counting)
    assert not matches("anything", None)
    assert verified == ["$argon2id$nobody"]


def test_the_same_letters_typed_another_way_are_the_same_password() -> None:
    assert matches("geheimnisträger", hashed("geheimnistra\u0308ger"))
    with pytest.raises(AppUserError, match="too long"):
        hashed("x" * (MOST_CHARACTERS + 1))


def test_the_fourth_wrong_try_waits_longer_and_longer_and_the_right_password_waits_too(
    sign_in: SignIn, clock: Clock
) -> None:
    waits: list[float] = []
    for _ in range(14):
        with pytest.raises((SignInError, TooManyAttemptsError)) as raised:
            sign_in.enter("ana", "wrong")
        if isinstance(raised.value, TooManyAttemptsError):
            waits.append(raised.value.seconds)
            with pytest.raises(TooManyAttemptsError):
                sign_in.enter("ana", PASSWORD)
            clock.now += raised.value.seconds
            with pytest.raises(SignInError):
                sign_in.enter("ana", "wrong")
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    clock.now += 300
    sign_in.enter("ana", PASSWORD)
    with pytest.raises(SignInError):
        sign_in.enter("ana", "wrong")  # the mistakes before are forgotten


def test_a_name_that_nobody_has_waits_alike_and_another_account_does_not(sign_in: SignIn) -> None:
    for _ in range(3):
        with pytest.raises(SignInError):
            sign_in.enter("nobody", "wrong")
    with pytest.raises(TooManyAttemptsError):
        sign_in.enter("NOBODY ", "wrong")
    sign_in.enter("ana", PASSWORD)


def test_wrong_tries_on_many_names_slow_down_everybody_but_never_for_long(tmp_path: Path, clock: Clock) -> None:
    attempts = Attempts(SignInDatabase(tmp_path), clock)
    assert [attempts.begin(f"name{n}") for n in range(50)] == [0.0] * 50
    assert attempts.begin("root") == 1
    clock.now += 1
    assert attempts.begin("root") == 0
    clock.now += 301
    assert attempts.begin("root") == 0


def test_a_token_ends_with_its_hours_with_signing_out_and_with_what_happens_to_the_account(
    sign_in: SignIn, accounts: AccountFile, clock: Clock
) -> None:
    first, other = sign_in.enter("ana", PASSWORD), sign_in.enter("ana", PASSWORD)
    sign_in.leave(first)
    assert sign_in.account_of(first) is None and sign_in.account_of(other) is not None
    accounts.set_locked("ana", True)
    assert sign_in.account_of(other) is None
    accounts.set_locked("ana", False)
    accounts.set_role("ana", "auditor")
    changed = sign_in.account_of(other)
    assert changed is not None and changed.role == "auditor"
    accounts.set_password("ana", PASSWORD + "!")
    assert sign_in.account_of(other) is None
    last = sign_in.enter("ana", PASSWORD + "!")
    clock.now += 12 * 3600 + 1
    assert sign_in.account_of(last) is None


def test_who_reads_the_database_finds_no_token_and_no_name_that_was_tried(sign_in: SignIn, tmp_path: Path) -> None:
    token = sign_in.enter("ana", PASSWORD)
    with pytest.raises(SignInError):
        sign_in.enter("a password in the wrong field", "x")
    path = tmp_path / "signins.db"
    assert path.stat().st_mode & 0o777 == 0o600
    content = b"".join(each.read_bytes() for each in tmp_path.glob("signins.db*"))
    assert token.encode() not in content and b"wrong field" not in content


def test_a_database_that_fails_lets_nobody_in(sign_in: SignIn, tmp_path: Path) -> None:
    token = sign_in.enter("ana", PASSWORD)
    with sqlite3.connect(tmp_path / "signins.db") as connection:
        connection.execute("DROP TABLE sessions")
    with pytest.raises(AppError):
        sign_in.account_of(token)
    with pytest.raises(AppError):
        sign_in.enter("ana", PASSWORD)
