"""Signing in with a name and a password, and out again."""

from __future__ import annotations

import logging
from pathlib import Path

from app.accounts.account import NAME_CHARACTERS, Account
from app.accounts.attempts import Attempts
from app.accounts.database import SignInDatabase, fingerprint
from app.accounts.file import AccountFile
from app.accounts.idleness import Idleness
from app.accounts.passwords import matches
from app.accounts.sessions import SignInSessions
from app.audit.actions import Action
from app.audit.recorder import Recorder
from app.errors import AppError

_log = logging.getLogger(__name__)


class SignInError(AppError):
    """A wrong name, a wrong password or a locked account; which of them, nobody is told."""


class TooManyAttemptsError(AppError):
    """Whoever it is must wait; ``seconds`` is how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many attempts: wait {seconds:.0f} seconds")
        self.seconds = seconds


class SignIn:
    """The door: takes a name and a password, gives a token, and says whom a token stands for."""

    def __init__(
        self,
        accounts: AccountFile,
        sessions: SignInSessions,
        attempts: Attempts,
        recorder: Recorder | None = None,
        idleness: Idleness | None = None,
    ) -> None:
        self.accounts = accounts
        self.sessions = sessions
        self.idleness = idleness
        self._attempts = attempts
        self._recorder = recorder

    def enter(self, name: str, password: str) -> str:
        """A token for the account of that name.

        An unknown name, a locked account and a wrong password take the same time and end alike.

        :raises SignInError: they do not fit.
        :raises TooManyAttemptsError: it was not even looked at.
        :raises AppError: it cannot be found out; nobody is let in.
        """
        name = name.strip().lower()[: NAME_CHARACTERS + 1]
        if (wait := self._attempts.begin(name)) > 0:
            _log.warning("sign-in refused: too many attempts")
            self._record("signin.refused", name)
            raise TooManyAttemptsError(wait)
        account = self.accounts.find(name)
        usable = account.password if account is not None and not account.locked else None
        if not matches(password, usable) or usable is None:
            _log.warning("sign-in refused")  # without the name: a password is easily typed into its field
            self._record("signin.failed", name)
            raise SignInError("the name or the password is wrong")
        self._record("signin.succeeded", name)
        self._attempts.succeeded(name)
        return self.sessions.begin(name, usable)

    def account_of(self, token: str) -> Account | None:
        """Who holds ``token``, as the accounts are now: a lock, another role or password counts at once.

        One that was not used for too long is ended.
        """
        signed_in = self.sessions.find(token)
        if signed_in is None:
            return None
        if self.idleness is not None and self.idleness.is_over(token):
            self.leave(token)
            return None
        account = self.accounts.find(signed_in.name)
        if account is None or account.locked or account.password is None:
            return None
        return account.without_password() if fingerprint(account.password) == signed_in.stamp else None

    def leave(self, token: str) -> None:
        """End the session of ``token``."""
        signed_in = self.sessions.find(token)
        self.sessions.end(token)
        if signed_in is not None:
            self._record("signin.ended", signed_in.name)

    def _record(self, action: Action, name: str) -> None:
        """Only names of accounts are recorded: a password is easily typed into the field of the name."""
        if self._recorder is not None:
            known = f"account:{name}" if self.accounts.find(name) is not None else "account:?"
            self._recorder.record(action, known, by=known)


def open_sign_in(home: Path, hours: float, recorder: Recorder | None = None, idle_minutes: float = 0) -> SignIn:
    """The door of a home.

    :param idle_minutes: see :class:`Idleness`.
    :param recorder: keeps who came and went, and what is done to accounts; nobody does when None.
    """
    database = SignInDatabase(home)
    sessions, idleness = SignInSessions(database, hours), Idleness(database, idle_minutes)
    return SignIn(AccountFile(home, recorder), sessions, Attempts(database), recorder, idleness)
