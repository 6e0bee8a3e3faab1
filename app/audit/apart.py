"""A recorder for what has no database of its own at hand: accounts, signing in, commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.audit.actions import Action
from app.audit.opening import open_trail
from app.audit.recorder import Detail
from app.settings import Settings

if TYPE_CHECKING:
    from app.conversations.sessions import Sessions


class RecorderApart:
    """Opens the database with the first thing to record, and keeps it open; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sessions: Sessions | None = None

    def record(
        self, action: Action, subject: str, details: Mapping[str, Detail] | None = None, by: str | None = None
    ) -> None:
        from app.conversations.database import database_url
        from app.conversations.sessions import Sessions

        if self._sessions is None:
            self._sessions = Sessions(database_url(self._settings), open_trail(self._settings))
        self._sessions.record(action, subject, details, by)
