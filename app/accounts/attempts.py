"""How long somebody must wait who has got it wrong before: for one account, and for all together."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.accounts.database import SignInDatabase, fingerprint

_FREE, _LONGEST_S, _REMEMBERED_S = 3, 300.0, 3600.0  # of one account
_FREE_OVERALL, _LONGEST_OVERALL_S, _REMEMBERED_OVERALL_S = 50, 30.0, 300.0


class Attempts:
    """Counts every attempt as wrong until it is known to be right, so that many at once gain nothing.

    A name that no account has waits as long as one that exists: waiting tells nobody which are there.
    """

    def __init__(self, database: SignInDatabase, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def begin(self, name: str) -> float:
        """Count an attempt; 0, or the seconds to wait before one is taken, and then nothing is counted."""
        now, who = self._clock(), fingerprint(name.strip().lower())
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM attempts WHERE at < ?", (now - _REMEMBERED_S,))
            own = connection.execute("SELECT count(*), max(at) FROM attempts WHERE who = ?", (who,)).fetchone()
            of_all = connection.execute(
                "SELECT count(*), max(at) FROM attempts WHERE at > ?", (now - _REMEMBERED_OVERALL_S,)
            ).fetchone()
            wait = max(
                _left(own[0] - _FREE, own[1], now, _LONGEST_S),
                _left(of_all[0] - _FREE_OVERALL, of_all[1], now, _LONGEST_OVERALL_S),
            )
            if wait == 0:
                connection.execute("INSERT INTO attempts (who, at) VALUES (?, ?)", (who, now))
            return wait

    def succeeded(self, name: str) -> None:
        """It was the right password: earlier mistakes are forgotten."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM attempts WHERE who = ?", (fingerprint(name.strip().lower()),))


def _left(excess: int, last: float | None, now: float, longest: float) -> float:
    if excess < 0 or last is None:
        return 0.0
    return max(0.0, last + min(2.0 ** min(excess, 20), longest) - now)
