"""One simulated agent: asks, reads, looks at other pages, asks again; and comes back when the page was gone."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from eval.errors import EvalError
from eval.page_session import PageSession

_Loaded = TypeVar("_Loaded")
_ELSEWHERE = 0.2  # of what an agent does is opening another page
_QUESTIONS_MOST = 3  # in one conversation
_AGAIN_S = 0.5
_BACK_S = 120.0  # a page that is gone for longer than that is an error


@dataclass(frozen=True, slots=True)
class Sent:
    """A question that an agent sent, and what it saw of it. Milliseconds."""

    conversation_id: str | None  # None where the page did not begin one
    first: float | None
    ended: float
    alerts: tuple[str, ...]
    interrupted: bool  # the page went away meanwhile: how long it took says nothing


@dataclass(slots=True)
class Seen:
    """What an agent did and saw. Milliseconds."""

    sent: list[Sent] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    disconnects: int = 0
    problems: list[str] = field(default_factory=list)


class Agent:
    """Works until told to stop.

    :param number: agents with different ones do different things, and the same in each run.
    :param reading_s: so long it reads before the next thing, least and most.
    :param cookie: of its account; nobody signs in when empty.
    :param addresses: by kind of page what stands behind the question mark of its address.
    """

    def __init__(
        self,
        port: int,
        number: int,
        questions: Sequence[str],
        addresses: Mapping[str, Sequence[str]],
        reading_s: tuple[float, float],
        cookie: str = "",
    ) -> None:
        self._page = PageSession(port, cookie)
        self._chance = random.Random(number)  # noqa: S311  # agents differ, and do so alike in each run
        self._questions, self._addresses, self._reading_s = questions, addresses, reading_s
        self._asked_here = 0
        self.seen = Seen()

    @property
    def exceptions(self) -> int:
        """Stack traces, or what Streamlit shows in their place, that came up on a page."""
        return self._page.exceptions

    def work(self, stop: threading.Event, done: Callable[[], None]) -> None:
        """Use the page until ``stop`` is set; ``done`` is called after each thing."""
        try:
            self._back(lambda: self._page.open(""))
            while not stop.is_set():
                try:
                    self._page.stay(self._chance.uniform(*self._reading_s))
                except OSError:
                    self._gone()
                if not stop.is_set():
                    self._one_thing()
                    done()
        except EvalError as error:
            self.seen.problems.append(str(error))
        finally:
            self._page.close()

    def _one_thing(self) -> None:
        if self._chance.random() < _ELSEWHERE:
            kind = self._chance.choice(sorted(self._addresses))
            address = self._chance.choice(self._addresses[kind])
            try:
                self.seen.pages.append(self._page.open(address))
            except OSError:
                self._gone()
            self._asked_here = _QUESTIONS_MOST  # back in the chat a conversation begins
            return
        if self._asked_here >= _QUESTIONS_MOST:
            self._asked_here = 0
            self._back(lambda: self._page.open(""))
        self._asked_here += 1
        question = self._chance.choice(self._questions)
        try:
            asked, interrupted = self._page.ask(question), False
        except OSError:
            self.seen.disconnects += 1
            asked, interrupted = self._back(self._page.follow), True
        sent = Sent(asked.conversation_id, asked.first, asked.ended, tuple(self._page.alerts), interrupted)
        self.seen.sent.append(sent)

    def _gone(self) -> None:
        self.seen.disconnects += 1
        self._back(self._page.follow)

    def _back(self, load: Callable[[], _Loaded]) -> _Loaded:
        """Load the page, as often as it takes until its server is there again."""
        end = time.perf_counter() + _BACK_S
        while True:
            try:
                return load()
            except OSError as error:
                if time.perf_counter() > end:
                    raise EvalError(f"the page did not come back within {_BACK_S:g} s: {error}") from error
                self._page.close()
                time.sleep(_AGAIN_S)
