"""Look at the parts behind the page, never for longer than is bearable and never twice at once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

State = Literal["ok", "starting", "resting", "gone", "off"]  # resting: gone, and left alone for some seconds
Status = Literal["ready", "degraded", "unready"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """Something the page works with.

    :param check: its state now; what it raises counts as ``gone``.
    :param needed: whether nothing can be answered without it.
    :param fresh_s: how long what was seen counts.
    """

    name: str
    check: Callable[[], State]
    needed: bool = True
    fresh_s: float = 2.0


@dataclass(frozen=True)
class Health:
    """The state of every part by name, and what follows from it."""

    status: Status
    parts: dict[str, State]


@dataclass
class _Seen:
    state: State = "gone"
    at: float = float("-inf")
    looking: threading.Event | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class HealthWatch:
    """Looks at parts for any number of askers; what does not say in time how it is counts as gone.

    :param limit_s: seconds that an asker waits at most.
    """

    def __init__(self, parts: Sequence[Part], limit_s: float = 3.0) -> None:
        self._parts = parts
        self._limit_s = limit_s
        self._seen = {part.name: _Seen() for part in parts}

    def look(self) -> Health:
        """All parts, looked at side by side."""
        end = time.monotonic() + self._limit_s
        looking = [self._begin(part) for part in self._parts]
        states: dict[str, State] = {}
        for part, done in zip(self._parts, looking, strict=True):
            in_time = done is None or done.wait(max(0.0, end - time.monotonic()))
            states[part.name] = self._seen[part.name].state if in_time else "gone"
        return Health(self._status(states), states)

    def _status(self, states: dict[str, State]) -> Status:
        if any(part.needed and states[part.name] != "ok" for part in self._parts):
            return "unready"
        return "ready" if {"gone", "resting"}.isdisjoint(states.values()) else "degraded"

    def _begin(self, part: Part) -> threading.Event | None:
        """Look at a part unless somebody does or has just done so; what to wait for, None where nothing is."""
        seen = self._seen[part.name]
        with seen.lock:
            if seen.looking is not None:
                return seen.looking
            if time.monotonic() - seen.at < part.fresh_s:
                return None
            done = seen.looking = threading.Event()
        threading.Thread(target=self._look, args=(part, seen, done), name=f"health-{part.name}", daemon=True).start()
        return done

    def _look(self, part: Part, seen: _Seen, done: threading.Event) -> None:
        state: State = "gone"
        try:
            state = part.check()
        except Exception as error:  # whatever it is, that part cannot be worked with
            _log.warning("%s: %s", part.name, " ".join(str(error).split()))
        with seen.lock:
            seen.state, seen.at, seen.looking = state, time.monotonic(), None
        done.set()
