"""How often an open page looks whether there is something new for it.

A look runs a script of Streamlit, which costs milliseconds of the one processor that all pages of a process share: the
more of them look, the more seldom each does.
"""

from __future__ import annotations

import threading
from weakref import WeakSet

import streamlit as st

_WAITS = "waits-as"


class _Waiting:
    """An open page, for as long as its session lives."""


class Pace:
    """The looks of all pages that wait for the same kind of news.

    :param least_s: seconds between two looks of a page, however few they are.
    :param together: looks a second of all pages, at most.
    """

    def __init__(self, least_s: float, together: float) -> None:
        self._least_s, self._together = least_s, together
        self._waiting: WeakSet[_Waiting] = WeakSet()
        self._lock = threading.Lock()
        _PACES.append(self)

    def seconds(self) -> float:
        """This page waits from now on, until it is drawn anew: seconds between two of its looks."""
        page = st.session_state.setdefault(_WAITS, _Waiting())
        with self._lock:
            self._waiting.add(page)
            return max(self._least_s, len(self._waiting) / self._together)

    def forget(self, page: _Waiting) -> None:
        """That page does not wait any more."""
        with self._lock:
            self._waiting.discard(page)


_PACES: list[Pace] = []


def drawn_anew() -> None:
    """The whole page is drawn: what on it waits says so again."""
    if (page := st.session_state.get(_WAITS)) is not None:
        for pace in _PACES:
            pace.forget(page)
