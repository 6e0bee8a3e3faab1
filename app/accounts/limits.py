"""How much one person may ask in a minute and in an hour, so that nobody takes the model away from the others."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.accounts.database import SignInDatabase, fingerprint
from app.errors import AppUserError

_MINUTE_S, _HOUR_S = 60.0, 3600.0


class TooManyQuestionsError(AppUserError):
    """Nothing was asked; ``seconds`` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many questions: ask again in {seconds:.0f} seconds")
        self.seconds = seconds


class QuestionLimits:
    """Counts what was asked in the last minute and hour, for all processes that share a home.

    :param per_minute: questions, drafts and answers asked for again; any number when 0.
    :param per_hour: the same.
    """

    def __init__(
        self, database: SignInDatabase, per_minute: int, per_hour: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._windows = [(n, s) for n, s in ((per_minute, _MINUTE_S), (per_hour, _HOUR_S)) if n]
        self._clock = clock

    def take(self, who: str) -> None:
        """Count one; what is refused counts for nothing.

        :raises TooManyQuestionsError: it must wait.
        :raises AppError: it cannot be counted, and must not be asked.
        """
        if not self._windows:
            return
        now, key = self._clock(), fingerprint(who)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM asked WHERE at <= ?", (now - _HOUR_S,))
            rows = connection.execute("SELECT at FROM asked WHERE who = ? ORDER BY at DESC", (key,)).fetchall()
            # The one that has to leave the window before there is room for another.
            full = [(rows[number - 1][0], seconds) for number, seconds in self._windows if len(rows) >= number]
            wait = max((at + seconds - now for at, seconds in full), default=0.0)
            if wait <= 0:
                connection.execute("INSERT INTO asked (who, at) VALUES (?, ?)", (key, now))
        if wait > 0:
            raise TooManyQuestionsError(wait)
