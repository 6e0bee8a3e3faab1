"""Who is signed in: random tokens, of which only the fingerprint is kept."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.accounts.database import SignInDatabase, fingerprint

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a token stands for; ``stamp`` is of the password they signed in with."""

    name: str
    stamp: str


class SignInSessions:
    """Tokens that hold for some hours, or until they are ended.

    :param hours: how long one holds from signing in, whatever is done with it.
    """

    def __init__(self, database: SignInDatabase, hours: float, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self.seconds = hours * 3600
        self._clock = clock

    def begin(self, name: str, password_hash: str) -> str:
        """A new token."""
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock()
        row = (fingerprint(token), name, fingerprint(password_hash), now + self.seconds)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE until < ?", (now,))
            connection.execute("INSERT INTO sessions (token, name, stamp, until) VALUES (?, ?, ?, ?)", row)
        return token

    def find(self, token: str) -> SignedIn | None:
        """Whom ``token`` stands for; None when it never did, was ended, or its time is over."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT name, stamp FROM sessions WHERE token = ? AND until >= ?", (fingerprint(token), self._clock())
            ).fetchone()
        return None if row is None else SignedIn(*row)

    def end(self, token: str) -> None:
        """The token holds no longer, in whatever tab."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE token = ?", (fingerprint(token),))
