"""Answers that were begun before a person's documents were taken out, and may still be written with their words."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.conversations.sessions import Sessions
from app.conversations.tables import MessageRow

_LOOK_S = 0.2
_SILENT = timedelta(seconds=60)  # as the conversations take an answer's process for gone


def let_answers_end(sessions: Sessions, longest_s: float, renew_lock: Callable[[], None]) -> None:
    """Wait until the answers that are being written now have ended, wherever they are written.

    :param longest_s: seconds that an answer may take; none is waited for beyond.
    :param renew_lock: called while waiting.
    """
    end = time.monotonic() + longest_s
    running = select(MessageRow.id).where(MessageRow.status == "running")
    with sessions.read() as session:
        begun = set(session.scalars(running))
    while begun and time.monotonic() < end:
        time.sleep(_LOOK_S)
        renew_lock()
        with sessions.read() as session:
            alive = running.where(MessageRow.updated_at > datetime.now(UTC) - _SILENT)
            begun &= set(session.scalars(alive))
