"""Places that are few, and those who wait for one, first come first served."""

from __future__ import annotations

import threading


class PlaceQueue:
    """Lets so many in at once; safe from any thread.

    A semaphore would let whoever comes at the right moment pass all who wait.

    :param places: from 1.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._line: dict[int, None] = {}  # everybody, in the order they came; the first ones are in
        self._moved = threading.Condition()  # on a lock that may be taken twice

    def join(self, who: int) -> None:
        """Stand at the end of the line."""
        with self._moved:
            self._line[who] = None

    def wait(self, who: int) -> bool:
        """Block until it is their turn; False where they have left meanwhile."""
        with self._moved:
            self._moved.wait_for(lambda: who not in self._line or self._at(who) < self._places)
            return who in self._line

    def leave(self, who: int) -> None:
        """Make room; nothing happens to who is not there."""
        with self._moved:
            self._line.pop(who, None)
            self._moved.notify_all()

    def give_up(self, who: int) -> None:
        """Leave the line; whoever is in already stays so until they leave."""
        with self._moved:
            if self.before(who) is not None:
                self.leave(who)

    def before(self, who: int) -> int | None:
        """How many wait longer than ``who``; None where they do not wait."""
        with self._moved:
            if who not in self._line or (at := self._at(who)) < self._places:
                return None
            return at - self._places

    def _at(self, who: int) -> int:
        return next(at for at, each in enumerate(self._line) if each == who)
