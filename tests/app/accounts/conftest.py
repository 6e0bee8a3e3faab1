"""Accounts in a home of their own, with hashes that take no time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.accounts import passwords
from app.accounts.account import Account
from app.accounts.attempts import Attempts
from app.accounts.database import SignInDatabase
from app.accounts.file import AccountFile
from app.accounts.sessions import SignInSessions
from app.accounts.signing_in import SignIn
from tests.app.accounts.people import PASSWORD, Clock


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()  # whoever comes next hashes as the house does


@pytest.fixture
def accounts(tmp_path: Path) -> AccountFile:
    """An administrator, ``root``, and an agent, ``ana``."""
    file = AccountFile(tmp_path)
    file.add(Account(name="root", display_name="Grace", role="administrator"), PASSWORD)
    file.add(Account(name="ana", display_name="Ana Lima", role="agent"), PASSWORD)
    return file


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sign_in(accounts: AccountFile, tmp_path: Path, clock: Clock) -> SignIn:
    database = SignInDatabase(tmp_path)
    return SignIn(accounts, SignInSessions(database, 12, clock), Attempts(database, clock))
