"""Run one guard within its time; whatever fails on the way is a finding, never a pass."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from guardrails.verdicts import Verdict

FAILED = "guard-failed"
Result = TypeVar("Result")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """What a guard gave back, or why it could not."""

    result: Result | None
    failure: Verdict | None
    milliseconds: float


def run_guard(name: str, check: Callable[[], Result], seconds: float) -> Outcome[Result]:
    """Run ``check`` for at most ``seconds``.

    A guard that hangs cannot be ended: it is left behind in a thread that does not keep the process alive.
    """
    started = time.perf_counter()
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(check())
        except BaseException as error:  # whatever it is, what was not checked does not pass
            errors.append(error)

    thread = threading.Thread(target=run, name=f"guard-{name}", daemon=True)
    thread.start()
    thread.join(seconds)
    milliseconds = (time.perf_counter() - started) * 1000
    if results:
        return Outcome(results[0], None, milliseconds)
    if errors:
        _LOG.warning("the guard %s failed", name, exc_info=errors[0])
    else:
        _LOG.warning("the guard %s had no result within %g s; it was at\n%s", name, seconds, _whereabouts(thread))
    what = f"{type(errors[0]).__name__}: {errors[0]}" if errors else f"no result within {seconds:g} s"
    reason = f"the guard “{name}” could not check this ({' '.join(what.split())})"
    return Outcome(None, Verdict(name, FAILED, False, 1.0, reason), milliseconds)


def _whereabouts(thread: threading.Thread) -> str:
    """What a thread is doing, as a trace writes it."""
    frame = sys._current_frames().get(thread.ident or 0)
    return "".join(traceback.format_stack(frame)) if frame else "(ended)"
