"""Where in the list of tickets one browser tab is: which page, which row, and what comes before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

_KEY = "tickets-walk"


@dataclass(slots=True)
class Walk:
    """A place in the list; kept in the session, and remembered while a ticket is open.

    :param first: of the tickets shown, counted from 0.
    :param row: on which the keyboard is; -1 before it was used.
    """

    first: int = 0
    row: int = -1
    shown: list[str] = field(default_factory=list)
    count: int = 0

    def seen(self, ids: Sequence[str], count: int) -> None:
        """Note what is shown now."""
        self.shown, self.count = list(ids), count
        self.row = min(self.row, len(self.shown) - 1)

    def restarted(self) -> Walk:
        """At the beginning again, since other tickets are shown."""
        self.first, self.row = 0, -1
        return self

    def turn(self, by: int) -> None:
        """To another page."""
        self.first, self.row = max(0, self.first + by), 0

    def move(self, by: int) -> None:
        """To another row of this page."""
        self.row = max(0, min(self.row + by, len(self.shown) - 1))

    def current(self) -> str | None:
        """The ticket on which the keyboard is."""
        return self.shown[self.row] if 0 <= self.row < len(self.shown) else None

    def beside(self, conversation_id: str, by: int) -> str | None:
        """The ticket before or after one that was opened from this page of the list."""
        if conversation_id not in self.shown:
            return None
        at = self.shown.index(conversation_id) + by
        return self.shown[at] if 0 <= at < len(self.shown) else None


def walk() -> Walk:
    """That of this browser tab."""
    known = st.session_state.get(_KEY)
    if not isinstance(known, Walk):
        known = st.session_state[_KEY] = Walk()
    return known
