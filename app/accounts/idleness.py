"""Who has not used the page for too long must sign in again; a page that lies open and refreshes itself is no use."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.accounts.database import SignInDatabase, fingerprint

_NOTED_S = 30.0  # a use is written down this often at most
_KEPT_S = 31 * 24 * 3600.0  # longer than any sign-in holds: what was over stays over


class Idleness:
    """When each sign-in was used last, for all processes that share a home.

    :param minutes: after which an unused one is over; never when 0.
    """

    def __init__(self, database: SignInDatabase, minutes: float, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._seconds = minutes * 60
        self._clock = clock

    def is_over(self, sign_in: str) -> bool:
        """Whether this sign-in was used, and then not for too long.

        :param sign_in: a token, or whatever else is another one after signing in again.
        """
        last = self._last(sign_in) if self._seconds else None
        return last is not None and self._clock() > last + self._seconds

    def used(self, sign_in: str) -> None:
        """It is used now; where it is over, it stays so."""
        if not self._seconds or self.is_over(sign_in):
            return
        last, now = self._last(sign_in), self._clock()
        if last is not None and now - last < min(_NOTED_S, self._seconds / 2):
            return
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM used WHERE at < ?", (now - _KEPT_S,))
            connection.execute("INSERT OR REPLACE INTO used (who, at) VALUES (?, ?)", (fingerprint(sign_in), now))

    def _last(self, sign_in: str) -> float | None:
        with self._database.reading() as connection:
            row = connection.execute("SELECT at FROM used WHERE who = ?", (fingerprint(sign_in),)).fetchone()
        return None if row is None else float(row[0])
