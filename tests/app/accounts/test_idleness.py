"""A sign-in that nobody uses comes to its end, whatever refreshes itself in the meantime."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.accounts.attempts import Attempts
from app.accounts.database import SignInDatabase
from app.accounts.file import AccountFile
from app.accounts.idleness import Idleness
from app.accounts.sessions import SignInSessions
from app.accounts.signing_in import SignIn
from tests.app.accounts.people import PASSWORD, Clock

HOUR = 3600.0


@pytest.fixture
def idleness(tmp_path: Path, clock: Clock) -> Idleness:
    return Idleness(SignInDatabase(tmp_path), 60, clock)


@pytest.fixture
def idle_sign_in(accounts: AccountFile, tmp_path: Path, clock: Clock, idleness: Idleness) -> SignIn:
    database = SignInDatabase(tmp_path)
    return SignIn(accounts, SignInSessions(database, 12, clock), Attempts(database, clock), idleness=idleness)


def test_use_keeps_it_and_being_looked_at_does_not(idle_sign_in: SignIn, idleness: Idleness, clock: Clock) -> None:
    token = idle_sign_in.enter("ana", PASSWORD)
    for _ in range(3):
        idleness.used(token)
        clock.now += HOUR
        assert idle_sign_in.account_of(token) is not None
    clock.now += 1
    assert idle_sign_in.account_of(token) is None
    clock.now -= HOUR
    assert idle_sign_in.account_of(token) is None  # it is ended, not hidden


def test_the_hours_of_a_sign_in_hold_for_one_that_is_used_all_day(
    idle_sign_in: SignIn, idleness: Idleness, clock: Clock
) -> None:
    token = idle_sign_in.enter("ana", PASSWORD)
    for _ in range(24):
        idleness.used(token)
        clock.now += HOUR / 2
    assert idle_sign_in.account_of(token) is not None
    clock.now += 1
    assert idle_sign_in.account_of(token) is None


def test_what_is_over_is_not_brought_back_by_using_it(idleness: Idleness, clock: Clock) -> None:
    idleness.used("oidc:4711:1")
    clock.now += HOUR + 1
    idleness.used("oidc:4711:1")
    assert idleness.is_over("oidc:4711:1")
    assert not idleness.is_over("oidc:4711:2")  # signed in anew


def test_it_is_written_down_now_and_then(idleness: Idleness, clock: Clock, tmp_path: Path) -> None:
    def noted() -> float:
        with sqlite3.connect(tmp_path / "signins.db") as connection:
            return float(connection.execute("SELECT at FROM used").fetchone()[0]) - start

    start = clock.now
    for seconds in (0, 10, 29, 30, 45):
        clock.now = start + seconds
        idleness.used("token")
        assert noted() == (0 if seconds < 30 else 30)


def test_without_a_limit_nothing_is_kept(tmp_path: Path) -> None:
    never = Idleness(SignInDatabase(tmp_path), 0)
    never.used("token")
    assert not never.is_over("token")
    assert not (tmp_path / "signins.db").exists()


def test_a_database_of_an_earlier_version_gets_what_it_lacks(
    accounts: AccountFile, tmp_path: Path, clock: Clock
) -> None:
    with sqlite3.connect(tmp_path / "signins.db") as connection:
        connection.execute("CREATE TABLE sessions (token TEXT PRIMARY KEY, name TEXT, stamp TEXT, until REAL)")
        connection.execute("CREATE TABLE attempts (id INTEGER PRIMARY KEY, who TEXT NOT NULL, at REAL NOT NULL)")
    database = SignInDatabase(tmp_path)
    idleness = Idleness(database, 60, clock)
    sign_in = SignIn(accounts, SignInSessions(database, 12, clock), Attempts(database, clock), idleness=idleness)
    token = sign_in.enter("ana", PASSWORD)
    idleness.used(token)
    clock.now += HOUR + 1
    assert sign_in.account_of(token) is None
